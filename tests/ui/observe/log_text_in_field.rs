use plimsoll::observe;

struct Order {
    id: u64,
    remark: String,
}

#[observe(log(order.id, order.remark))]
async fn place(order: Order) -> usize {
    order.remark.len()
}

fn main() {
    drop(place(Order { id: 1, remark: String::new() }));
}
