// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
impl<T: Clone> Store for Orders<T> {
    const LIMIT: u8 = { 3 };
    fn get(&self, id: u64) -> Option<Order> {
        let mut guard = p::Guard::new();
        guard
            .enter_unseen(
                {
                    #[used]
                    static SITE: p::Site = p::Site::new("Orders::get", p::module_path!())
                        .level(p::Level::Debug)
                        .slow(1000000000u64)
                        .fields(&["id"]);
                    &SITE
                },
                &[],
            );
        if guard.recording() {
            guard.log("id", &id);
        }
        self.rows.get(id)
    }
    fn len(&self) -> usize {
        let mut guard = p::Guard::new();
        guard
            .enter_unseen(
                {
                    use observe as _;
                    #[used]
                    static SITE: p::Site = p::Site::new("count", p::module_path!())
                        .level(p::Level::Info)
                        .slow(1000000000u64);
                    &SITE
                },
                &[],
            );
        self.rows.len()
    }
    fn capacity(&self) -> usize {
        8
    }
}
