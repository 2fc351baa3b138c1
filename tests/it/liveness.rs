//! Which instances the store takes for gone.

use crate::support::Opened;

#[test]
fn only_instances_that_nothing_vouches_for_are_gone() {
    let opened = Opened::new();
    let other = opened.again();
    let names = || vec![String::from("ins_other"), String::from("ins_never")];
    opened.wait(async {
        opened.store.vouch("ins_own").await.unwrap();
        other.vouch("ins_other").await.unwrap();
        assert_eq!(opened.store.gone("ins_own", names()).await.unwrap(), ["ins_never"]);
        other.close().await.unwrap();
    });
    drop(other);
    let gone = || opened.wait(opened.store.gone("ins_own", names())).unwrap();
    crate::support::server::wait_for("the other to be gone", || (gone().len() == 2).then_some(()));
}
