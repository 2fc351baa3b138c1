//! What each `sslmode` promises.

use antesala::base::clock::Millis;
use antesala::base::entropy::Entropy;
use antesala::store::migrate::{self, Copying};
use antesala::store::{Store, users};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use crate::support::Database;
use crate::support::cluster::Cluster;

/// Opens the database by an address and reads from it.
fn try_reading(url: &str) -> Result<(), String> {
    let location = Database::at(url).location();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let store = Store::open(&location, Entropy::System, Box::new(|_batches| {}));
    let store = store.map_err(|error| format!("{error:?}"))?;
    let read = runtime.block_on(store.find::<String>(users::any_admin()));
    read.map(drop).map_err(|error| error.to_string())
}

#[test]
fn tls_encrypts_and_proves_the_servers_name_where_it_is_asked_to() {
    let Some(cluster) = Cluster::start("") else { return };
    let authority = KeyPair::generate().unwrap();
    let mut names = CertificateParams::new(Vec::new()).unwrap();
    names.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = names.self_signed(&authority).unwrap();
    let issuer = Issuer::new(names, authority);
    let key = KeyPair::generate().unwrap();
    let subject = CertificateParams::new(vec![String::from("localhost")]).unwrap();
    let certificate = subject.signed_by(&key, &issuer).unwrap();
    let (own_file, other_file) =
        (tempfile::NamedTempFile::new().unwrap(), tempfile::NamedTempFile::new().unwrap());
    std::fs::write(own_file.path(), root.pem()).unwrap();
    let stranger = KeyPair::generate().unwrap();
    let stranger = CertificateParams::new(Vec::new()).unwrap().self_signed(&stranger).unwrap();
    std::fs::write(other_file.path(), stranger.pem()).unwrap();

    let url = cluster.fresh_database();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let location = Database::at(&url).location();
    runtime.block_on(migrate::up(&location, Copying::Demanded, Millis(0))).unwrap();
    let plain = try_reading(&format!("{url}?sslmode=require"));
    assert!(plain.unwrap_err().contains("TLS"), "the server has none yet");
    try_reading(&url).unwrap();

    cluster.use_tls(&certificate.pem(), &key.serialize_pem());
    // From now on whoever comes over TCP comes encrypted, or not at all.
    let by_name = url.replace("127.0.0.1", "localhost");
    let (own, other) = (own_file.path().display(), other_file.path().display());
    try_reading(&format!("{url}?sslmode=require")).unwrap();
    try_reading(&format!("{by_name}?sslmode=verify-full&sslrootcert={own}")).unwrap();
    // Whoever names authorities and no verify-full wants them asked, and no name.
    for mode in ["verify-ca", "require"] {
        try_reading(&format!("{url}?sslmode={mode}&sslrootcert={own}")).unwrap();
        let refused = try_reading(&format!("{url}?sslmode={mode}&sslrootcert={other}"));
        assert!(refused.unwrap_err().contains("invalid peer certificate"), "{mode}");
    }
    for (url, why) in [
        (format!("{url}?sslmode=verify-full&sslrootcert={own}"), "not valid for name"),
        (format!("{by_name}?sslmode=verify-full&sslrootcert={other}"), "invalid peer certificate"),
        (format!("{by_name}?sslrootcert=system"), "invalid peer certificate"),
        (format!("{by_name}?sslmode=verify-full"), "invalid peer certificate"),
        (format!("{by_name}?sslmode=verify-full&sslrootcert=/nowhere.pem"), "/nowhere.pem"),
    ] {
        let refused = try_reading(&url).unwrap_err();
        assert!(refused.contains(why), "{refused}");
    }
}
