//! Compression of answers, for clients that take it.
//!
//! By RFC 9110, `Accept-Encoding`: gzip or nothing. Used by `respond`.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

use crate::metrics::negotiate::thousandths;

/// Below this, compression saves no packet.
const SMALL: usize = 1024;

/// True when the client takes gzip, and likes it no less than plain bytes.
pub(super) fn takes_gzip(headers: &HeaderMap) -> bool {
    let (mut gzip, mut any, mut plain) = (None, None, None);
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    for coding in values.flat_map(|value| value.split(',')) {
        let mut parts = coding.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let quality = parts.find_map(|part| {
            let (name, value) = part.split_once('=')?;
            name.trim().eq_ignore_ascii_case("q").then(|| thousandths(value.trim()).unwrap_or(0))
        });
        let place = match name.as_str() {
            "gzip" | "x-gzip" => &mut gzip,
            "*" => &mut any,
            "identity" => &mut plain,
            _ => continue,
        };
        *place = (*place).max(Some(quality.unwrap_or(1000)));
    }
    let gzip = gzip.or(any).unwrap_or(0);
    gzip > 0 && gzip >= plain.unwrap_or(0)
}

/// The bytes, compressed; none when that does not pay.
pub(super) fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() <= SMALL {
        return None;
    }
    // Pages repeat themselves: the fastest level makes a tenth of them.
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 8), Compression::fast());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn takes(values: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(ACCEPT_ENCODING, value.parse().unwrap());
        }
        takes_gzip(&headers)
    }

    #[test]
    fn qualities_decide() {
        let yes: [&[&str]; 8] = [
            &["gzip"],
            &["deflate, GZip;q=0.5, br"],
            &["identity;q=0.5, gzip"],
            &["gzip;q=0.001"],
            &["*"],
            &["x-gzip"],
            &["br", "gzip"],
            &["gzip; q=1.000"],
        ];
        for values in yes {
            assert!(takes(values), "{values:?}");
        }
        let no: [&[&str]; 9] = [
            &[],
            &[""],
            &["identity"],
            &["gzip;q=0"],
            &["gzip;q=0, *"],
            &["gzip;q=0.4, identity;q=0.5"],
            &["*;q=0"],
            &["gzip;q=nonsense"],
            &["gzipped, br;q=1"],
        ];
        for values in no {
            assert!(!takes(values), "{values:?}");
        }
    }

    #[test]
    fn what_was_compressed_is_what_it_was() {
        let page = b"function_calls_total{function=\"place\"} 1\n".repeat(5000);
        let packed = gzip(&page).unwrap();
        assert!(packed.len() < page.len() / 10, "{} of {}", packed.len(), page.len());
        let mut read = Vec::new();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut read).unwrap();
        assert_eq!(read, page);
        assert_eq!(gzip(&page[..SMALL]), None);
    }
}
