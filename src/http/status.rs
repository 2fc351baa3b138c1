//! The one place where a refusal gets its status. Source: contract 8, 9 and 12.

use http::StatusCode;

use crate::domain::refusal::Refusal;

/// Returns the status of a refusal.
pub(super) const fn status_of(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::Unauthorized
        | Refusal::CronTokenInvalid
        | Refusal::InvalidEmailOrPassword
        | Refusal::AccountDisabled
        | Refusal::InvalidToken
        | Refusal::TokenExpired
        | Refusal::UserNotFound
        | Refusal::UserEmailNotFound
        | Refusal::SocialAccountAlreadyLinked
        | Refusal::InvalidUser
        | Refusal::AdminSessionGone => StatusCode::UNAUTHORIZED,
        Refusal::SessionNotFresh
        | Refusal::EmailNotVerified
        | Refusal::BannedUser
        | Refusal::SignUpClosed
        | Refusal::SignUpDisabled
        | Refusal::InvitationRequired
        | Refusal::Forbidden
        | Refusal::CardNotSigned
        | Refusal::MayNotChangeRoles
        | Refusal::MayNotCreateUsers
        | Refusal::MayNotListUsers
        | Refusal::MayNotListUserSessions
        | Refusal::MayNotBanUsers
        | Refusal::MayNotImpersonateUsers
        | Refusal::MayNotRevokeUserSessions
        | Refusal::MayNotDeleteUsers
        | Refusal::MayNotSetUserPasswords
        | Refusal::MayNotGetUsers
        | Refusal::MayNotUpdateUsers
        | Refusal::AdminsAreNotImpersonated => StatusCode::FORBIDDEN,
        Refusal::InvalidEmail
        | Refusal::InvalidPassword
        | Refusal::PasswordTooShort
        | Refusal::PasswordTooLong
        | Refusal::PasswordTooCommon
        | Refusal::CredentialAccountNotFound
        | Refusal::EmailCanNotBeUpdated
        | Refusal::NoFieldsToUpdate
        | Refusal::EmailMismatch
        | Refusal::EmailAlreadyVerified
        | Refusal::EmailIsSame
        | Refusal::ResetTokenInvalid
        | Refusal::SessionExpired
        | Refusal::PasswordsDiffer
        | Refusal::AddressTaken
        | Refusal::CannotBanYourself
        | Refusal::CannotRemoveYourself
        | Refusal::NoDataToUpdate
        | Refusal::RoleNotText
        | Refusal::PasswordNotUpdatedHere
        | Refusal::UserIdFixed
        | Refusal::NotImpersonating
        | Refusal::FailedToUnlinkLastAccount
        | Refusal::AccountNotFound
        | Refusal::FailedToGetAccessToken
        | Refusal::RefreshTokenNotFound
        | Refusal::FailedToRefreshAccessToken => StatusCode::BAD_REQUEST,
        Refusal::ProviderUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::UserAlreadyExists => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::DeferSessionRequired => StatusCode::METHOD_NOT_ALLOWED,
        Refusal::WaitlistDuplicate | Refusal::WaitlistUnsubscribed => StatusCode::CONFLICT,
        Refusal::RunNotFound
        | Refusal::NoSuchUser
        | Refusal::ProviderNotFound
        | Refusal::IdTokenNotSupported
        | Refusal::WaitlistNotFound
        | Refusal::DeleteTokenInvalid
        | Refusal::FailedToGetUserInfo => StatusCode::NOT_FOUND,
        Refusal::SetupLinkInvalid | Refusal::InvitationInvalid | Refusal::WaitlistLinkInvalid => {
            StatusCode::GONE
        }
    }
}
