// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
impl<T: Clone> Store for Orders<T> {
    const LIMIT: u8 = { 3 };
    fn get(&self, id: u64) -> Option<Order> {
        let mut slot = p::Slot::new();
        let mut scope = slot
            .guard(
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
        if scope.recording() {
            scope.log("id", &id);
        }
        self.rows.get(id)
    }
    fn len(&self) -> usize {
        let mut slot = p::Slot::new();
        let _scope = slot
            .guard(
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
