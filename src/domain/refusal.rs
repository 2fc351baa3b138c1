//! The expected "no": every reason for which a rule turns a request down.
//!
//! A refusal carries no text. Its status comes from one match in `http::error`,
//! its words from the Fluent files by its code. Source: contract section 12.

/// Why a rule refused. The variants are the contract's codes and our additions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// No live session.
    Unauthorized,
    /// The session is older than the fresh age.
    SessionNotFresh,
    /// Wrong address or wrong password; which of them is never said.
    InvalidEmailOrPassword,
    /// The address is not a mail address.
    InvalidEmail,
    /// The current password does not match.
    InvalidPassword,
    /// Fewer characters than `auth.password_length_min`.
    PasswordTooShort,
    /// More characters than `auth.password_length_max`.
    PasswordTooLong,
    /// The password is on the common list, or is the brand's name or the address.
    PasswordTooCommon,
    /// Somebody has an account with this address.
    UserAlreadyExists,
    /// The person has no password to change.
    CredentialAccountNotFound,
    /// The address cannot be changed this way.
    EmailCanNotBeUpdated,
    /// Nothing that can be changed was sent.
    NoFieldsToUpdate,
    /// The address must be verified before signing in.
    EmailNotVerified,
    /// The account is banned.
    BannedUser,
    /// The account was deactivated by an operator.
    AccountDisabled,
    /// Sign-up is closed.
    SignUpClosed,
    /// The link's token is not ours or was altered.
    InvalidToken,
    /// The link is older than its life.
    TokenExpired,
    /// The link's account is gone.
    UserNotFound,
    /// POST on a session read.
    DeferSessionRequired,
    /// The address is on the waitlist already.
    WaitlistDuplicate,
    /// No entry has this code.
    WaitlistNotFound,
    /// The card's link is not signed by this site.
    CardNotSigned,
    /// The token of the machines is missing, wrong, or in the address.
    CronTokenInvalid,
    /// No run has this id.
    RunNotFound,
    /// The first-administrator link was used or is not ours.
    SetupLinkInvalid,
    /// The address is not the one that is signed in.
    EmailMismatch,
    /// The address is proven already.
    EmailAlreadyVerified,
    /// The new address is the present one.
    EmailIsSame,
    /// The link is somebody else's than who is signed in.
    InvalidUser,
    /// The reset link is not ours, spent or too old.
    ResetTokenInvalid,
    /// The deletion link is not ours, too old, or somebody else's.
    DeleteTokenInvalid,
    /// A deletion link was opened without a session.
    FailedToGetUserInfo,
    /// The session is too old to delete an account without a password.
    SessionExpired,
    /// `newPassword` and its other name `password` hold different texts.
    PasswordsDiffer,
    /// Sign-up is by invitation and the address has none.
    InvitationRequired,
    /// The invitation is not ours, spent, too old, or for another address.
    InvitationInvalid,
    /// The link of a waitlist mail is not ours or too old.
    WaitlistLinkInvalid,
    /// The person asked for no more mail.
    WaitlistUnsubscribed,
    /// The person may not do this: it takes an administrator.
    Forbidden,
    /// No such provider is configured.
    ProviderNotFound,
    /// The provider does not answer.
    ProviderUnavailable,
    /// The provider issues no ID tokens.
    IdTokenNotSupported,
    /// The provider tells no address.
    UserEmailNotFound,
    /// Nobody may open an account by a provider, or not this address.
    SignUpDisabled,
    /// The account at the provider is somebody else's here.
    SocialAccountAlreadyLinked,
    /// The person may not set roles.
    MayNotChangeRoles,
    /// The person may not create people.
    MayNotCreateUsers,
    /// The person may not list people.
    MayNotListUsers,
    /// The person may not list other people's sessions.
    MayNotListUserSessions,
    /// The person may not ban.
    MayNotBanUsers,
    /// The person may not act as somebody else.
    MayNotImpersonateUsers,
    /// The person may not end other people's sessions.
    MayNotRevokeUserSessions,
    /// The person may not remove people.
    MayNotDeleteUsers,
    /// The person may not set other people's passwords.
    MayNotSetUserPasswords,
    /// The person may not look at other people.
    MayNotGetUsers,
    /// The person may not change other people.
    MayNotUpdateUsers,
    /// The person whom an administrator names does not exist.
    NoSuchUser,
    /// The address that an administrator gives is somebody's.
    AddressTaken,
    /// Administrators do not ban themselves.
    CannotBanYourself,
    /// Administrators do not remove themselves.
    CannotRemoveYourself,
    /// An administrator's change changes nothing.
    NoDataToUpdate,
    /// A role that is no text.
    RoleNotText,
    /// A password among a person's data; it has an endpoint of its own.
    PasswordNotUpdatedHere,
    /// An id among a person's data.
    UserIdFixed,
    /// Nobody acts as an administrator.
    AdminsAreNotImpersonated,
    /// There is no impersonation to end.
    NotImpersonating,
    /// The session to go back to is gone.
    AdminSessionGone,
    /// The person would have no way in left.
    FailedToUnlinkLastAccount,
    /// The person has no such way in.
    AccountNotFound,
    /// The provider granted no access token.
    FailedToGetAccessToken,
    /// The provider granted no refresh token.
    RefreshTokenNotFound,
    /// The provider does not renew what it granted.
    FailedToRefreshAccessToken,
}

impl Refusal {
    /// Every refusal, for the tests over words and documentation.
    pub const ALL: [Self; 73] = [
        Self::Unauthorized,
        Self::SessionNotFresh,
        Self::InvalidEmailOrPassword,
        Self::InvalidEmail,
        Self::InvalidPassword,
        Self::PasswordTooShort,
        Self::PasswordTooLong,
        Self::PasswordTooCommon,
        Self::UserAlreadyExists,
        Self::CredentialAccountNotFound,
        Self::EmailCanNotBeUpdated,
        Self::NoFieldsToUpdate,
        Self::EmailNotVerified,
        Self::BannedUser,
        Self::AccountDisabled,
        Self::SignUpClosed,
        Self::InvalidToken,
        Self::TokenExpired,
        Self::UserNotFound,
        Self::DeferSessionRequired,
        Self::WaitlistDuplicate,
        Self::WaitlistNotFound,
        Self::CardNotSigned,
        Self::CronTokenInvalid,
        Self::RunNotFound,
        Self::SetupLinkInvalid,
        Self::EmailMismatch,
        Self::EmailAlreadyVerified,
        Self::EmailIsSame,
        Self::InvalidUser,
        Self::ResetTokenInvalid,
        Self::DeleteTokenInvalid,
        Self::FailedToGetUserInfo,
        Self::SessionExpired,
        Self::PasswordsDiffer,
        Self::InvitationRequired,
        Self::InvitationInvalid,
        Self::WaitlistLinkInvalid,
        Self::WaitlistUnsubscribed,
        Self::Forbidden,
        Self::ProviderNotFound,
        Self::ProviderUnavailable,
        Self::IdTokenNotSupported,
        Self::UserEmailNotFound,
        Self::SignUpDisabled,
        Self::SocialAccountAlreadyLinked,
        Self::MayNotChangeRoles,
        Self::MayNotCreateUsers,
        Self::MayNotListUsers,
        Self::MayNotListUserSessions,
        Self::MayNotBanUsers,
        Self::MayNotImpersonateUsers,
        Self::MayNotRevokeUserSessions,
        Self::MayNotDeleteUsers,
        Self::MayNotSetUserPasswords,
        Self::MayNotGetUsers,
        Self::MayNotUpdateUsers,
        Self::NoSuchUser,
        Self::AddressTaken,
        Self::CannotBanYourself,
        Self::CannotRemoveYourself,
        Self::NoDataToUpdate,
        Self::RoleNotText,
        Self::PasswordNotUpdatedHere,
        Self::UserIdFixed,
        Self::AdminsAreNotImpersonated,
        Self::NotImpersonating,
        Self::AdminSessionGone,
        Self::FailedToUnlinkLastAccount,
        Self::AccountNotFound,
        Self::FailedToGetAccessToken,
        Self::RefreshTokenNotFound,
        Self::FailedToRefreshAccessToken,
    ];

    /// Returns the code on the wire. Codes never change and are never translated.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unauthorized => "UNAUTHORIZED",
            Self::SessionNotFresh => "SESSION_NOT_FRESH",
            Self::InvalidEmailOrPassword => "INVALID_EMAIL_OR_PASSWORD",
            Self::InvalidEmail => "INVALID_EMAIL",
            Self::InvalidPassword => "INVALID_PASSWORD",
            Self::PasswordTooShort => "PASSWORD_TOO_SHORT",
            Self::PasswordTooLong => "PASSWORD_TOO_LONG",
            Self::PasswordTooCommon => "PASSWORD_TOO_COMMON",
            Self::UserAlreadyExists | Self::AddressTaken => "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL",
            Self::CredentialAccountNotFound => "CREDENTIAL_ACCOUNT_NOT_FOUND",
            Self::EmailCanNotBeUpdated => "EMAIL_CAN_NOT_BE_UPDATED",
            Self::NoFieldsToUpdate => "NO_FIELDS_TO_UPDATE",
            Self::EmailNotVerified => "EMAIL_NOT_VERIFIED",
            Self::BannedUser => "BANNED_USER",
            Self::AccountDisabled => "ACCOUNT_DISABLED",
            Self::SignUpClosed => "SIGN_UP_CLOSED",
            Self::InvalidToken | Self::ResetTokenInvalid | Self::DeleteTokenInvalid => {
                "INVALID_TOKEN"
            }
            Self::TokenExpired => "TOKEN_EXPIRED",
            Self::UserNotFound | Self::NoSuchUser => "USER_NOT_FOUND",
            Self::DeferSessionRequired => "METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED",
            Self::WaitlistDuplicate => "WAITLIST_DUPLICATE",
            Self::WaitlistNotFound => "WAITLIST_NOT_FOUND",
            Self::CardNotSigned => "CARD_NOT_SIGNED",
            Self::CronTokenInvalid => "CRON_TOKEN_INVALID",
            Self::RunNotFound => "RUN_NOT_FOUND",
            Self::SetupLinkInvalid => "SETUP_LINK_INVALID",
            Self::EmailMismatch => "EMAIL_MISMATCH",
            Self::EmailAlreadyVerified => "EMAIL_ALREADY_VERIFIED",
            Self::EmailIsSame => "EMAIL_IS_SAME",
            Self::InvalidUser => "INVALID_USER",
            Self::FailedToGetUserInfo => "FAILED_TO_GET_USER_INFO",
            Self::SessionExpired => "SESSION_EXPIRED",
            Self::PasswordsDiffer => "PASSWORDS_DIFFER",
            Self::InvitationRequired => "INVITATION_REQUIRED",
            Self::InvitationInvalid => "INVITATION_INVALID",
            Self::WaitlistLinkInvalid => "WAITLIST_LINK_INVALID",
            Self::WaitlistUnsubscribed => "WAITLIST_UNSUBSCRIBED",
            Self::Forbidden => "FORBIDDEN",
            Self::ProviderNotFound => "PROVIDER_NOT_FOUND",
            Self::ProviderUnavailable => "PROVIDER_UNAVAILABLE",
            Self::IdTokenNotSupported => "ID_TOKEN_NOT_SUPPORTED",
            Self::UserEmailNotFound => "USER_EMAIL_NOT_FOUND",
            Self::SignUpDisabled => "SIGNUP_DISABLED",
            Self::SocialAccountAlreadyLinked => "SOCIAL_ACCOUNT_ALREADY_LINKED",
            Self::MayNotChangeRoles => "YOU_ARE_NOT_ALLOWED_TO_CHANGE_USERS_ROLE",
            Self::MayNotCreateUsers => "YOU_ARE_NOT_ALLOWED_TO_CREATE_USERS",
            Self::MayNotListUsers => "YOU_ARE_NOT_ALLOWED_TO_LIST_USERS",
            Self::MayNotListUserSessions => "YOU_ARE_NOT_ALLOWED_TO_LIST_USERS_SESSIONS",
            Self::MayNotBanUsers => "YOU_ARE_NOT_ALLOWED_TO_BAN_USERS",
            Self::MayNotImpersonateUsers => "YOU_ARE_NOT_ALLOWED_TO_IMPERSONATE_USERS",
            Self::MayNotRevokeUserSessions => "YOU_ARE_NOT_ALLOWED_TO_REVOKE_USERS_SESSIONS",
            Self::MayNotDeleteUsers => "YOU_ARE_NOT_ALLOWED_TO_DELETE_USERS",
            Self::MayNotSetUserPasswords => "YOU_ARE_NOT_ALLOWED_TO_SET_USERS_PASSWORD",
            Self::MayNotGetUsers => "YOU_ARE_NOT_ALLOWED_TO_GET_USER",
            Self::MayNotUpdateUsers => "YOU_ARE_NOT_ALLOWED_TO_UPDATE_USERS",
            Self::CannotBanYourself => "YOU_CANNOT_BAN_YOURSELF",
            Self::CannotRemoveYourself => "YOU_CANNOT_REMOVE_YOURSELF",
            Self::NoDataToUpdate => "NO_DATA_TO_UPDATE",
            Self::RoleNotText => "INVALID_ROLE_TYPE",
            Self::PasswordNotUpdatedHere => "PASSWORD_CANNOT_BE_UPDATED_VIA_UPDATE_USER",
            Self::UserIdFixed => "USER_ID_CANNOT_BE_UPDATED",
            Self::AdminsAreNotImpersonated => "YOU_CANNOT_IMPERSONATE_ADMINS",
            Self::NotImpersonating => "YOU_ARE_NOT_IMPERSONATING_ANYONE",
            Self::AdminSessionGone => "FAILED_TO_FIND_ADMIN_SESSION",
            Self::FailedToUnlinkLastAccount => "FAILED_TO_UNLINK_LAST_ACCOUNT",
            Self::AccountNotFound => "ACCOUNT_NOT_FOUND",
            Self::FailedToGetAccessToken => "FAILED_TO_GET_ACCESS_TOKEN",
            Self::RefreshTokenNotFound => "REFRESH_TOKEN_NOT_FOUND",
            Self::FailedToRefreshAccessToken => "FAILED_TO_REFRESH_ACCESS_TOKEN",
        }
    }
}
