use plimsoll::observe;

struct SecretString(String);

impl SecretString {
    fn expose_secret(&self) -> &str {
        &self.0
    }
}

#[observe(log(length = key.expose_secret().len()))]
fn sign(key: &SecretString) -> usize {
    key.expose_secret().len()
}

fn main() {
    sign(&SecretString(String::new()));
}
