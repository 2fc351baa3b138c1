//! The expected "no": every reason for which a rule turns a request down.
//!
//! A refusal carries no text. It has one row in the table below: what it means, what
//! kind of no it is, and its code on the wire. Its status comes from the kind by one
//! match in `http::status`, its words from the Fluent files by its code.
//! Source: contract sections 8, 9 and 12.

/// What kind of no a refusal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// Nobody proved who they are.
    Unauthenticated,
    /// Whoever it is may not.
    Forbidden,
    /// What was sent makes no sense, or not now.
    Invalid,
    /// What was sent is right and cannot be done.
    Unprocessable,
    /// The resource wants another method.
    MethodNotAllowed,
    /// It is there already.
    Conflict,
    /// There is no such thing.
    NotFound,
    /// It was there, and is no more.
    Gone,
    /// Somebody else whom it takes is out of reach.
    Unavailable,
    /// What was sent is of a kind that is not taken.
    Unsupported,
    /// What was sent has too many bytes.
    TooLarge,
    /// It is not as whoever asks believes it to be.
    PreconditionFailed,
    /// Whoever asks must say how they believe it to be.
    PreconditionRequired,
}

macro_rules! refusals {
    ($($(#[$meaning:meta])+ $name:ident = $kind:ident, $code:literal;)+) => {
        /// Why a rule refused. The variants are the contract's codes and our additions.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Refusal {
            $($(#[$meaning])+ $name,)+
        }

        impl Refusal {
            /// Every refusal, for the tests over words and documentation.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Returns the code on the wire. Codes never change and are never translated.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// Returns what kind of no it is.
            #[must_use]
            pub const fn kind(self) -> RefusalKind {
                match self {
                    $(Self::$name => RefusalKind::$kind,)+
                }
            }
        }
    };
}

refusals! {
    /// No live session.
    Unauthorized = Unauthenticated, "UNAUTHORIZED";
    /// The session is older than the fresh age.
    SessionNotFresh = Forbidden, "SESSION_NOT_FRESH";
    /// Wrong address or wrong password; which of them is never said.
    InvalidEmailOrPassword = Unauthenticated, "INVALID_EMAIL_OR_PASSWORD";
    /// The address is not a mail address.
    InvalidEmail = Invalid, "INVALID_EMAIL";
    /// The current password does not match.
    InvalidPassword = Invalid, "INVALID_PASSWORD";
    /// Fewer characters than `auth.password_length_min`.
    PasswordTooShort = Invalid, "PASSWORD_TOO_SHORT";
    /// More characters than `auth.password_length_max`.
    PasswordTooLong = Invalid, "PASSWORD_TOO_LONG";
    /// The password is on the common list, or is the brand's name or the address.
    PasswordTooCommon = Invalid, "PASSWORD_TOO_COMMON";
    /// Somebody has an account with this address.
    UserAlreadyExists = Unprocessable, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL";
    /// The person has no password to change.
    CredentialAccountNotFound = Invalid, "CREDENTIAL_ACCOUNT_NOT_FOUND";
    /// The address cannot be changed this way.
    EmailCanNotBeUpdated = Invalid, "EMAIL_CAN_NOT_BE_UPDATED";
    /// Nothing that can be changed was sent.
    NoFieldsToUpdate = Invalid, "NO_FIELDS_TO_UPDATE";
    /// The address must be verified before signing in.
    EmailNotVerified = Forbidden, "EMAIL_NOT_VERIFIED";
    /// The account is banned.
    BannedUser = Forbidden, "BANNED_USER";
    /// The account was deactivated by an operator.
    AccountDisabled = Unauthenticated, "ACCOUNT_DISABLED";
    /// Sign-up is closed.
    SignUpClosed = Forbidden, "SIGN_UP_CLOSED";
    /// The link's token is not ours or was altered.
    InvalidToken = Unauthenticated, "INVALID_TOKEN";
    /// The link is older than its life.
    TokenExpired = Unauthenticated, "TOKEN_EXPIRED";
    /// The link's account is gone.
    UserNotFound = Unauthenticated, "USER_NOT_FOUND";
    /// POST on a session read.
    DeferSessionRequired = MethodNotAllowed, "METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED";
    /// The address is on the waitlist already.
    WaitlistDuplicate = Conflict, "WAITLIST_DUPLICATE";
    /// No entry has this code.
    WaitlistNotFound = NotFound, "WAITLIST_NOT_FOUND";
    /// The card's link is not signed by this site.
    CardNotSigned = Forbidden, "CARD_NOT_SIGNED";
    /// The token of the machines is missing, wrong, or in the address.
    CronTokenInvalid = Unauthenticated, "CRON_TOKEN_INVALID";
    /// No run has this id.
    RunNotFound = NotFound, "RUN_NOT_FOUND";
    /// The first-administrator link was used or is not ours.
    SetupLinkInvalid = Gone, "SETUP_LINK_INVALID";
    /// The address is not the one that is signed in.
    EmailMismatch = Invalid, "EMAIL_MISMATCH";
    /// The address is proven already.
    EmailAlreadyVerified = Invalid, "EMAIL_ALREADY_VERIFIED";
    /// The new address is the present one.
    EmailIsSame = Invalid, "EMAIL_IS_SAME";
    /// The link is somebody else's than who is signed in.
    InvalidUser = Unauthenticated, "INVALID_USER";
    /// The reset link is not ours, spent or too old.
    ResetTokenInvalid = Invalid, "INVALID_TOKEN";
    /// The deletion link is not ours, too old, or somebody else's.
    DeleteTokenInvalid = NotFound, "INVALID_TOKEN";
    /// A deletion link was opened without a session.
    FailedToGetUserInfo = NotFound, "FAILED_TO_GET_USER_INFO";
    /// The session is too old to delete an account without a password.
    SessionExpired = Invalid, "SESSION_EXPIRED";
    /// `newPassword` and its other name `password` hold different texts.
    PasswordsDiffer = Invalid, "PASSWORDS_DIFFER";
    /// Sign-up is by invitation and the address has none.
    InvitationRequired = Forbidden, "INVITATION_REQUIRED";
    /// The invitation is not ours, spent, too old, or for another address.
    InvitationInvalid = Gone, "INVITATION_INVALID";
    /// The link of a waitlist mail is not ours or too old.
    WaitlistLinkInvalid = Gone, "WAITLIST_LINK_INVALID";
    /// The person asked for no more mail.
    WaitlistUnsubscribed = Conflict, "WAITLIST_UNSUBSCRIBED";
    /// The person may not do this: it takes an administrator.
    Forbidden = Forbidden, "FORBIDDEN";
    /// No such provider is configured.
    ProviderNotFound = NotFound, "PROVIDER_NOT_FOUND";
    /// The provider does not answer.
    ProviderUnavailable = Unavailable, "PROVIDER_UNAVAILABLE";
    /// The provider issues no ID tokens.
    IdTokenNotSupported = NotFound, "ID_TOKEN_NOT_SUPPORTED";
    /// The provider tells no address.
    UserEmailNotFound = Unauthenticated, "USER_EMAIL_NOT_FOUND";
    /// Nobody may open an account by a provider, or not this address.
    SignUpDisabled = Forbidden, "SIGNUP_DISABLED";
    /// The account at the provider is somebody else's here.
    SocialAccountAlreadyLinked = Unauthenticated, "SOCIAL_ACCOUNT_ALREADY_LINKED";
    /// The person may not set roles.
    MayNotChangeRoles = Forbidden, "YOU_ARE_NOT_ALLOWED_TO_CHANGE_USERS_ROLE";
    /// The person may not create people.
    MayNotCreateUsers = Forbidden, "YOU_ARE_NOT_ALLOWED_TO_CREATE_USERS";
    /// The person may not list people.
    MayNotListUsers = Forbidden, "YOU_ARE_NOT_ALLOWED_TO_LIST_USERS";
    /// The person may not list other people's sessions.
    MayNotListUserSessions = Forbidden, "YOU_ARE_NOT_ALLOWED_TO_LIST_USERS_SESSIONS";
    /// The person may not ban.
    MayNotBanUsers = Forbidden, "YOU_ARE_NOT_ALLOWED_TO_BAN_USERS";
    /// The person may not act as somebody else.
    MayNotImpersonateUsers = Forbidden, "YOU_ARE_NOT_ALLOWED_TO_IMPERSONATE_USERS";
    /// The person may not end other people's sessions.
    MayNotRevokeUserSessions = Forbidden, "YOU_ARE_NOT_ALLOWED_TO_REVOKE_USERS_SESSIONS";
    /// The person may not remove people.
    MayNotDeleteUsers = Forbidden, "YOU_ARE_NOT_ALLOWED_TO_DELETE_USERS";
    /// The person may not set other people's passwords.
    MayNotSetUserPasswords = Forbidden, "YOU_ARE_NOT_ALLOWED_TO_SET_USERS_PASSWORD";
    /// The person may not look at other people.
    MayNotGetUsers = Forbidden, "YOU_ARE_NOT_ALLOWED_TO_GET_USER";
    /// The person may not change other people.
    MayNotUpdateUsers = Forbidden, "YOU_ARE_NOT_ALLOWED_TO_UPDATE_USERS";
    /// The person whom an administrator names does not exist.
    NoSuchUser = NotFound, "USER_NOT_FOUND";
    /// The address that an administrator gives is somebody's.
    AddressTaken = Invalid, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL";
    /// Administrators do not ban themselves.
    CannotBanYourself = Invalid, "YOU_CANNOT_BAN_YOURSELF";
    /// Administrators do not remove themselves.
    CannotRemoveYourself = Invalid, "YOU_CANNOT_REMOVE_YOURSELF";
    /// An administrator's change changes nothing.
    NoDataToUpdate = Invalid, "NO_DATA_TO_UPDATE";
    /// A role that is no text.
    RoleNotText = Invalid, "INVALID_ROLE_TYPE";
    /// A password among a person's data; it has an endpoint of its own.
    PasswordNotUpdatedHere = Invalid, "PASSWORD_CANNOT_BE_UPDATED_VIA_UPDATE_USER";
    /// An id among a person's data.
    UserIdFixed = Invalid, "USER_ID_CANNOT_BE_UPDATED";
    /// Nobody acts as an administrator.
    AdminsAreNotImpersonated = Forbidden, "YOU_CANNOT_IMPERSONATE_ADMINS";
    /// An administrator who acts as the person may not: the person alone may.
    NotWhileImpersonating = Forbidden, "NOT_WHILE_IMPERSONATING";
    /// There is no impersonation to end.
    NotImpersonating = Invalid, "YOU_ARE_NOT_IMPERSONATING_ANYONE";
    /// The session to go back to is gone.
    AdminSessionGone = Unauthenticated, "FAILED_TO_FIND_ADMIN_SESSION";
    /// The person would have no way in left.
    FailedToUnlinkLastAccount = Invalid, "FAILED_TO_UNLINK_LAST_ACCOUNT";
    /// The person has no such way in.
    AccountNotFound = Invalid, "ACCOUNT_NOT_FOUND";
    /// The provider granted no access token.
    FailedToGetAccessToken = Invalid, "FAILED_TO_GET_ACCESS_TOKEN";
    /// The provider granted no refresh token.
    RefreshTokenNotFound = Invalid, "REFRESH_TOKEN_NOT_FOUND";
    /// The change names a version, and there is a newer one.
    VersionOutdated = PreconditionFailed, "PRECONDITION_FAILED";
    /// The change names no version.
    VersionRequired = PreconditionRequired, "PRECONDITION_REQUIRED";
    /// No such thing, or not for the eyes of whoever asks.
    NotFound = NotFound, "NOT_FOUND";
    /// The file is no PDF by its content.
    FileNotPdf = Unsupported, "FILE_NOT_PDF";
    /// The PDF has no end: it was cut, or something else hangs on it.
    FileNotWhole = Invalid, "FILE_NOT_WHOLE";
    /// The file is neither JPEG nor PNG nor WebP nor GIF by its content.
    FileNotPicture = Unsupported, "FILE_NOT_PICTURE";
    /// The picture has too many pixels.
    PictureTooLarge = Invalid, "PICTURE_TOO_LARGE";
    /// What was given as a picture is neither an address of the web nor a picture.
    PictureNotAddress = Invalid, "PICTURE_NOT_ADDRESS";
    /// The picture inside an address has too many bytes.
    PictureTooHeavy = TooLarge, "PICTURE_TOO_HEAVY";
    /// The picture cannot be read.
    PictureDamaged = Invalid, "PICTURE_DAMAGED";
    /// The link that ends mails is not ours.
    LeaveLinkInvalid = Gone, "UNSUBSCRIBE_LINK_INVALID";
    /// There are as many as there may be.
    LimitReached = Conflict, "LIMIT_REACHED";
    /// The key of an earlier request came with another one.
    IdempotencyKeyReused = Conflict, "IDEMPOTENCY_KEY_REUSED";
    /// The person has applied for the offer before.
    AlreadyApplied = Conflict, "ALREADY_APPLIED";
    /// The offer takes no applications now: it is not published.
    JobNotOpen = Conflict, "JOB_NOT_OPEN";
    /// The conversation is not the candidate's to open yet.
    ConversationNotOpen = Conflict, "CONVERSATION_NOT_OPEN";
    /// Letter, CV and messages of the application were erased.
    ApplicationErased = Gone, "APPLICATION_ERASED";
    /// Others have the name, at this very moment.
    NameTaken = Conflict, "NAME_TAKEN";
    /// The person belongs to an organisation already.
    BelongsElsewhere = Conflict, "ALREADY_IN_ORGANIZATION";
    /// An organisation would be left without an owner.
    LastOwner = Conflict, "LAST_OWNER";
    /// Nobody would be left to administer the site.
    LastAdmin = Conflict, "LAST_ADMIN";
    /// It takes an account of an organisation's side.
    OrganizationAccountRequired = Forbidden, "ORGANIZATION_ACCOUNT_REQUIRED";
    /// The organisation has as many members, invitations or offers as it may.
    TooMany = Conflict, "TOO_MANY";
    /// The organisation has as many open invitations as it may.
    TooManyInvitations = Conflict, "TOO_MANY_INVITATIONS";
    /// The end of an offer is missing, past, or further away than it may be.
    ExpiryInvalid = Invalid, "EXPIRES_AT_INVALID";
    /// The provider does not renew what it granted.
    FailedToRefreshAccessToken = Invalid, "FAILED_TO_REFRESH_ACCESS_TOKEN";
}
