//! The two sides of an application, and what somebody is to it.

/// Who stands on one side of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Whoever applies.
    Candidate,
    /// The organisation, whose members act and read as one.
    Organization,
}

impl Side {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Candidate, Self::Organization];

    /// Returns the name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Organization => "organization",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|side| side.name() == name)
    }

    /// Returns who stands opposite.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Candidate => Self::Organization,
            Self::Organization => Self::Candidate,
        }
    }
}

/// What somebody is to an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They have applied.
    Candidate,
    /// They act for the organisation.
    Recruiter,
    /// They only look on.
    Viewer,
}

impl Standing {
    /// Reads what the database says: `candidate`, or the role of a member. Upstream's
    /// `admin` and `member` count as recruiter and viewer; what nobody knows looks on.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "candidate" => Self::Candidate,
            "owner" | "recruiter" | "admin" => Self::Recruiter,
            _ => Self::Viewer,
        })
    }

    /// Returns on which side that is.
    #[must_use]
    pub const fn side(self) -> Side {
        match self {
            Self::Candidate => Side::Candidate,
            Self::Recruiter | Self::Viewer => Side::Organization,
        }
    }
}
