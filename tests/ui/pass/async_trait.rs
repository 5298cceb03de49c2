//! `async_trait`, above and below, by reference and by value, with arguments that are logged.

use plimsoll::{metric, observe};

#[async_trait::async_trait]
trait Store {
    async fn load(&self, id: u64) -> Result<String, std::io::Error>;

    #[observe(log(id))]
    async fn provided(&self, id: u64) -> u64
    where
        Self: Sized,
    {
        id
    }

    async fn consume(self: Box<Self>) -> Result<Box<dyn std::fmt::Debug + Send>, std::fmt::Error>;
}

struct Memory {
    id: u64,
}

#[async_trait::async_trait]
impl Store for Memory {
    #[observe(log(self.id, id))]
    #[metric(counter, name = "loaded_ids", help = "Ids", value = id)]
    async fn load(&self, id: u64) -> Result<String, std::io::Error> {
        if id == 0 {
            return Err(std::io::ErrorKind::NotFound.into());
        }
        std::future::ready(()).await;
        Ok(self.id.to_string())
    }

    #[observe(log(self.id))]
    async fn consume(self: Box<Self>) -> Result<Box<dyn std::fmt::Debug + Send>, std::fmt::Error> {
        Ok(Box::new(self.id))
    }
}

fn assert_send<T: Send>(value: T) -> T {
    value
}

fn main() {
    let memory = Memory { id: 1 };
    drop(assert_send(memory.load(1)));
    drop(assert_send(memory.provided(1)));
    drop(assert_send(Box::new(memory).consume()));
}
