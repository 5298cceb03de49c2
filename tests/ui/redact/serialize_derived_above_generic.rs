use plimsoll::redact;

#[derive(serde::Serialize)]
#[redact]
struct Page<'a, T, const N: usize> {
    #[redact(email)]
    email: &'a str,
    items: Vec<T>,
    sizes: std::marker::PhantomData<[u8; N]>,
}

fn main() {
    println!("{:?}", Page::<u8, 1> { email: "", items: vec![1], sizes: Default::default() });
}
