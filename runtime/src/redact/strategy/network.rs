//! `Ip`: the network that an address is in.
//!
//! An address of version 4 keeps 24 bits, one of version 6 keeps 48, what a site gets (RFC 6177).
//! Where an address of version 6 holds one of version 4 (mapped, RFC 4291; 6to4, RFC 3056), that one's
//! network is shown. Types of addresses are cut here too, for `Loggable`.

use std::fmt::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::{Buffer, View};

/// The longest address there is, with a scope and a port.
const LONGEST: usize = 64;

/// Remembers an address that is written to it.
#[derive(Default)]
pub(super) struct Address(Buffer<LONGEST>);

impl Address {
    fn parse(&self) -> Option<IpAddr> {
        let text = self.0.text();
        text.parse().ok().or_else(|| text.parse().ok().map(|address: SocketAddr| address.ip()))
    }
}

impl Write for Address {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if text.bytes().all(|byte| self.0.push(byte)) { Ok(()) } else { Err(fmt::Error) }
    }
}

impl View for Address {
    fn holds(&self) -> bool {
        self.parse().is_some()
    }

    fn show(&self, out: &mut dyn Write) -> fmt::Result {
        self.parse().map_or(Ok(()), |address| write!(out, "{}", Network(address)))
    }
}

/// The network of an address, as CIDR writes it.
pub(crate) struct Network(pub(crate) IpAddr);

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => v4(address, f),
            IpAddr::V6(address) => match (address.to_ipv4_mapped(), address.segments()) {
                (Some(mapped), _) => v4(mapped, f),
                (None, [0x2002, high, low, ..]) => {
                    v4(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)), f)
                }
                (None, [a, b, c, ..]) => {
                    write!(f, "{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
                }
            },
        }
    }
}

fn v4(address: Ipv4Addr, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let [a, b, c, _] = address.octets();
    write!(f, "{a}.{b}.{c}.0/24")
}

#[cfg(test)]
mod tests {
    use super::super::{REDACTED, Strategy, left};

    #[test]
    fn ip_shows_the_network() {
        for (address, shown) in [
            ("192.0.2.77", "192.0.2.0/24"),
            ("192.0.2.77:8080", "192.0.2.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
            ("[2001:db8:1:2::6]:443", "2001:db8:1::/48"),
            ("::1", "::/48"),
            ("::ffff:192.0.2.77", "192.0.2.0/24"),
            // 6to4 of 192.0.2.77.
            ("2002:c000:24d::1", "192.0.2.0/24"),
        ] {
            assert_eq!(left(Strategy::Ip, address), shown, "{address}");
        }
    }

    #[test]
    fn what_is_no_address_is_hidden() {
        let long = "1".repeat(100);
        for odd in ["", "192.0.2", "192.0.2.256", "192.0.2.7 ", "host.example", "1::2::3", &long] {
            assert_eq!(left(Strategy::Ip, odd), REDACTED, "{odd}");
        }
    }
}
