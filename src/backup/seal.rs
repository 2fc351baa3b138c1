//! The last 40 bytes of an archive: a digest over everything before them.
//!
//! They are a skippable frame, so `zstd -d` and `tar --zstd` read the archive as any
//! other. Zstandard's own checksum covers what is unpacked, in 32 bits, and leaves
//! bits of its headers that nobody reads; the seal covers every byte of the file.
//! Source: RFC 8878 §3.1.2.

use std::io::{self, Read, Write};

use sha2::{Digest as _, Sha256};

/// Bytes of a SHA-256.
const DIGEST_BYTES: usize = 32;

/// A skippable frame's magic number, and the 32 bytes that follow it.
const FRAME_HEAD: [u8; 8] = [0x5A, 0x2A, 0x4D, 0x18, 32, 0, 0, 0];

/// Passes bytes on and seals them at their end.
pub struct Sealing<W> {
    inner: W,
    digest: Sha256,
}

impl<W: Write> Sealing<W> {
    /// Begins an archive.
    pub fn new(inner: W) -> Self {
        Self { inner, digest: Sha256::new() }
    }

    /// Writes the seal.
    ///
    /// # Errors
    /// The inner writer's.
    pub fn finish(mut self) -> io::Result<W> {
        self.write_all(&FRAME_HEAD)?;
        self.inner.write_all(&self.digest.finalize())?;
        Ok(self.inner)
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.digest.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Passes bytes on; at their end the seal must be theirs.
pub struct Sealed<R> {
    inner: R,
    digest: Sha256,
    /// The last bytes that came, which may be the seal.
    tail: Vec<u8>,
}

impl<R: Read> Sealed<R> {
    /// Begins to read an archive.
    pub fn new(inner: R) -> Self {
        Self { inner, digest: Sha256::new(), tail: Vec::new() }
    }

    fn note(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(bytes);
        let covered = self.tail.len().saturating_sub(DIGEST_BYTES);
        self.digest.update(self.tail.drain(..covered).as_slice());
    }
}

impl<R: Read> Read for Sealed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.note(buffer.get(..read).unwrap_or_default());
        let is_end = read == 0 && !buffer.is_empty();
        if is_end && self.digest.clone().finalize().as_slice() != self.tail.as_slice() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the seal is not its own"));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(bytes: &[u8]) -> Vec<u8> {
        let mut sealing = Sealing::new(Vec::new());
        sealing.write_all(bytes).unwrap();
        sealing.finish().unwrap()
    }

    fn read(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut read = Vec::new();
        Sealed::new(bytes).read_to_end(&mut read).map(|_bytes| read)
    }

    #[test]
    fn every_flipped_cut_or_added_byte_breaks_the_seal() {
        let whole = sealed(b"una frase");
        assert_eq!(read(&whole).unwrap(), whole);
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            assert!(read(&flipped).is_err(), "byte {at}");
            assert!(read(&whole[..at]).is_err(), "cut at {at}");
        }
        let longer = [whole.as_slice(), b"x"].concat();
        assert!(read(&longer).is_err());
    }

    #[test]
    fn zstandard_reads_past_the_seal() {
        let packed = sealed(&zstd::encode_all(&b"una frase"[..], 0).unwrap());
        assert_eq!(zstd::decode_all(packed.as_slice()).unwrap(), b"una frase");
    }
}
