//! The map in a program's file, without running it.
//!
//! ELF, Mach-O and PE, of any machine. Called by the command line tool.

use object::read::{Object as _, ObjectSection as _};

use super::DataMap;
use crate::Error;

/// The names that the section has, by the format of the file.
const SECTIONS: [&str; 2] = ["plimsoll_map", ".plimd"];

/// Sections that are larger are none of ours.
const LARGEST: u64 = 64 << 20;

impl DataMap {
    /// Reads the map from the bytes of a program's file: an executable or shared library, stripped of
    /// its symbols or not.
    ///
    /// # Errors
    /// When the file is of no format that is known, has no map, or one that can't be read.
    #[cfg_attr(docsrs, doc(cfg(feature = "cli")))]
    pub fn from_binary(file: &[u8]) -> Result<DataMap, Error> {
        let fail = |message: String| Err(Error::DataMap(message));
        let parsed = match object::File::parse(file) {
            Ok(parsed) => parsed,
            Err(error) => {
                return fail(format!("the file is no ELF, Mach-O or PE program ({error})"));
            }
        };
        let mut bytes = Vec::new();
        for section in parsed.sections() {
            if !section.name().is_ok_and(|name| SECTIONS.contains(&name)) {
                continue;
            }
            if section.size() > LARGEST {
                return fail(format!("the section of the map has {} bytes", section.size()));
            }
            match section.data() {
                Ok(data) => bytes.extend_from_slice(data),
                Err(error) => {
                    return fail(format!("the section of the map can't be read ({error})"));
                }
            }
        }
        if bytes.is_empty() {
            let why = match parsed.sections().next() {
                None => "the file has no sections any more: read the map before it is packed",
                Some(_) => {
                    "there is no section `plimsoll_map`: is it a program that calls plimsoll's \
                     `init`?"
                }
            };
            return fail(why.to_owned());
        }
        let map = DataMap::of_section(&bytes);
        if map.plimsoll.is_empty() {
            return fail("the section `plimsoll_map` holds no data map".to_owned());
        }
        Ok(map)
    }
}
