mail-hello = Hello, { $name }:
mail-hello-nobody = Hello:
mail-link-hint = If the button does not work, copy this address into your browser:
mail-support = Do you need help? Write to { $address }
mail-leave = I want no more mail from the waitlist

lifetime = { $unit ->
    [days] { $count ->
        [one] one day
       *[other] { $count } days
    }
    [hours] { $count ->
        [one] one hour
       *[other] { $count } hours
    }
   *[minutes] { $count ->
        [one] one minute
       *[other] { $count } minutes
    }
}

mail-fact-when = When
mail-fact-device = Browser
mail-fact-address = Network address
mail-fact-old-email = Present address
mail-fact-new-email = New address
mail-fact-position = Your place in the list
mail-fact-share = Your link to share
mail-fact-joined = Joined in the last 7 days
mail-fact-total = On the list
mail-fact-confirmed = With a confirmed address
mail-fact-referrals = Came by a shared link
mail-fact-invited = Invited
mail-fact-sources = Where they come from

mail-verify-email-subject = Verify your e-mail address
mail-verify-email-lead = Confirm that this address is yours to finish opening your account at { $brand }.
mail-verify-email-button = Verify address
mail-verify-email-note = The link works for { lifetime }. If you have not opened an account, you can ignore this mail.

mail-reset-password-subject = Reset your password
mail-reset-password-lead = Somebody has asked for a new password for your account at { $brand }. If it was you, choose it here:
mail-reset-password-button = Choose a new password
mail-reset-password-note = The link works once and for { lifetime }. If it was not you, do nothing: your password stays as it is.

mail-change-email-old-subject = Confirm the change of address
mail-change-email-old-lead = You have asked to change the e-mail address of your account at { $brand }. Confirm it, and we will write to the new address to see that it is yours.
mail-change-email-old-button = Confirm the change
mail-change-email-old-note = The link works for { lifetime }. If it was not you, do not confirm, and change your password: somebody is in your account.

mail-change-email-new-subject = Verify your new address
mail-change-email-new-lead = One step is left to make this the address of your account at { $brand }: confirm that it is yours.
mail-change-email-new-button = Verify new address
mail-change-email-new-note = The link works for { lifetime }. If it was not you, you can ignore this mail.

mail-delete-account-subject = Confirm that you want to delete your account
mail-delete-account-lead = You have asked to delete your account at { $brand } with all its data. When you open the link while signed in, the account is deleted and cannot be brought back.
mail-delete-account-button = Delete my account
mail-delete-account-note = The link works once and for { lifetime }. If it was not you, do not open it, and change your password.

mail-existing-account-subject = You have an account already
mail-existing-account-lead = Somebody has tried to open an account at { $brand } with this address, which has one. If it was you, sign in as always; if you do not remember the password, choose another one here:
mail-existing-account-button = Recover my access
mail-existing-account-note = If it was not you, you can ignore this mail: your account has not changed.

mail-password-changed-subject = Your password has changed
mail-password-changed-lead = The password of your account at { $brand } has just changed.
mail-password-changed-button = It was not me
mail-password-changed-note = If you changed it, there is nothing to do. If not, ask for another password with the button. { $sessions ->
    [end] Open sessions will end.
   *[stay] Then end the sessions that you do not know.
}

mail-email-changed-subject = Your account has another address
mail-email-changed-lead = The account at { $brand } that had this address has another one now, and this one no longer opens it.
mail-email-changed-note = If you changed it, there is nothing to do. If not, write at once to whoever runs { $brand }: they can give the account back to you.

mail-new-device-subject = New sign-in
mail-new-device-lead = Somebody has signed in to your account at { $brand } from a browser that we did not know.
mail-new-device-button = It was not me
mail-new-device-note = If it was you, there is nothing to do. If not, change your password now with the button. { $sessions ->
    [end] Open sessions will end.
   *[stay] Then end the sessions that you do not know.
}

mail-waitlist-welcome-subject = You are on the waitlist
mail-waitlist-welcome-lead = You have a place on the waitlist of { $brand }. Share your link: each person who joins with it moves you forward.
mail-waitlist-welcome-note = We will write when it is your turn.

mail-waitlist-confirm-subject = Confirm your place on the list
mail-waitlist-confirm-lead = One step is left to join the waitlist of { $brand }: confirm that this address is yours.
mail-waitlist-confirm-button = Confirm my place
mail-waitlist-confirm-note = The link works for { lifetime }. If it was not you who joined, you can ignore this mail.

mail-waitlist-invite-subject = It is your turn
mail-waitlist-invite-lead = You can now open your account at { $brand }. This invitation is for you alone, and your address is verified with it.
mail-waitlist-invite-button = Open my account
mail-waitlist-invite-note = The invitation works once and for { lifetime }.

mail-waitlist-digest-subject = The waitlist this week
mail-waitlist-digest-lead = This is how the waitlist of { $brand } stands.
mail-waitlist-digest-note = You get these numbers once a week because you administer the site.

mail-fact-offer = Job
mail-fact-alert = Alert
mail-fact-from = From
mail-fact-applications = New applications
mail-fact-organization = Organisation
mail-fact-views = Views of jobs
mail-fact-open-jobs = Published jobs
mail-fact-answered = Answered applications
mail-fact-first-answer = Mean time to the first answer

mail-application-received-subject = { $count ->
    [1] You have a new application
   *[other] You have { $count } new applications
}
mail-application-received-lead = Something is new at one of your jobs on { $brand }.
mail-application-received-button = See the applications
mail-application-received-note = We write once an hour and job at most.

mail-application-status-subject = { $status ->
    [entrevista] They want to interview you
    [oferta] They make you an offer
    [contratado] Congratulations: the job is yours
    [rechazado] Your application goes no further
   *[other] Your application has moved
}
mail-application-status-lead = { $status ->
    [entrevista] The organisation has read your application on { $brand } and wants to talk to you.
    [oferta] The organisation wants you.
    [contratado] The organisation has confirmed that the job is yours.
    [rechazado] The organisation goes on with other people. Thank you for your interest, and good luck with the next one.
   *[other] The organisation has moved your application on { $brand }.
}
mail-application-status-button = See my application
mail-application-status-note = We write because you applied for this job.

mail-new-message-subject = You have an unread message
mail-new-message-lead = Somebody wrote to you on { $brand }, and the message is still unread.
mail-new-message-button = Read the message
mail-new-message-note = We write once an hour and conversation at most.

mail-job-alert-subject = { $count ->
    [1] There is a new offer for you
   *[other] There are { $count } new offers for you
}
mail-job-alert-lead = This is new at { $brand } and fits your alert.
mail-job-alert-button = See my alerts
mail-job-alert-note = You get this mail because you made this alert. You can pause it at any time.

mail-weekly-report-subject = Your week in numbers
mail-weekly-report-lead = This was the last week on { $brand }.
mail-weekly-report-button = Open the dashboard
mail-weekly-report-note = This summary comes once a week.

mail-fact-inviter = Invited by
mail-fact-ends = Ends

mail-organization-invite-subject = You are invited to an organization
mail-organization-invite-lead = Somebody wants you in their organization on { $brand }. Sign in with an account of this address and accept the invitation.
mail-organization-invite-button = See the invitation
mail-organization-invite-note = The invitation works once, for { lifetime }, and for this address alone. If you did not expect it, you can ignore this mail.

mail-offer-expiring-subject = An offer is about to expire
mail-offer-expiring-lead = One of your organization's offers on { $brand } will no longer be shown in a few days. If you are still looking for somebody, renew it.
mail-offer-expiring-button = See the offer
mail-offer-expiring-note = If you have found somebody, there is nothing to do.
