//! The endpoints of the job board, one file a noun.
