//! Figures against what the test itself does, against the kernel's own words read in another way,
//! and over files that say nothing, nonsense, or too much.

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::files::Files;
use super::process::Process;
use super::*;
use crate::metrics::family::{Histogram, Summary};

/// All numbers that a source hands over, by name and labels.
#[derive(Debug, Default)]
struct Kept {
    families: Vec<(String, Type)>,
    numbers: BTreeMap<String, Number>,
}

impl Sink for Kept {
    fn family(&mut self, head: &Head<'_>) {
        self.families.push((head.name.to_owned(), head.kind));
    }

    fn number(&mut self, series: &Series<'_>, value: Number) {
        let labels: Vec<String> =
            series.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let (name, _) = self.families.last().expect("a family begins before its series");
        let known = self.numbers.insert(format!("{name}{{{}}}", labels.join(",")), value);
        assert!(known.is_none(), "two series {name}{labels:?}");
    }

    fn histogram(&mut self, _: &Series<'_>, _: &Histogram<'_>) {
        panic!("no family here is a histogram");
    }

    fn summary(&mut self, _: &Series<'_>, _: &Summary<'_>) {
        panic!("no family here is a summary");
    }
}

impl Kept {
    #[track_caller]
    fn get(&self, series: &str) -> f64 {
        match self.numbers.get(series) {
            Some(Number::Integer(value)) => *value as f64,
            Some(Number::Float(value)) => *value,
            None => panic!("no {series} in {:#?}", self.numbers),
        }
    }

    fn has(&self, begin: &str) -> bool {
        self.numbers.keys().any(|series| series.starts_with(begin))
    }
}

fn everything() -> Kept {
    let mut kept = Kept::default();
    visit(&mut kept);
    kept
}

/// A directory that stands in for `/`, gone with the test.
struct Root(PathBuf);

impl Root {
    fn new(name: &str) -> Root {
        let path = std::env::temp_dir().join(format!("plimsoll-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Root(path)
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Root {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// What all sources make of it.
    fn read(&self) -> Kept {
        let files = Files::new(&self.0);
        let mut kept = Kept::default();
        Process::new(&files).visit(&files, &mut kept);
        cgroup::Cgroup::new(&files).visit(&files, &mut kept);
        threads::visit(&files, &mut kept);
        #[cfg(feature = "system")]
        {
            system::visit(&system::Cpu::new(), &files, &mut kept);
            devices::Devices::new().visit(&files, &mut kept);
            #[cfg(unix)]
            filesystems::Filesystems::new(&files).visit(&mut kept);
        }
        kept
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn no_family_is_there_twice_and_every_one_is_announced() {
    let mut names: Vec<&str> = families().map(|head| head.name).collect();
    for (name, _) in everything().families {
        assert!(names.contains(&name.as_str()), "{name} is not announced");
    }
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
    for head in families() {
        assert_eq!(head.kind == Type::Counter, head.name.ends_with("_total"), "{}", head.name);
        let base = head.name.strip_suffix("_total").unwrap_or(head.name);
        let unit = ["seconds", "bytes"].into_iter().find(|unit| base.ends_with(unit));
        assert_eq!(head.unit, unit.unwrap_or_default(), "{}", head.name);
        assert!(head.help.ends_with('.'), "{}", head.help);
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use super::*;

    #[test]
    fn cpu_is_what_was_burnt() {
        let before = everything().get("process_cpu_seconds_total{}");
        let begun = Instant::now();
        let mut work = 0u64;
        while everything().get("process_cpu_seconds_total{}") < before + 0.2 {
            for _ in 0..100_000 {
                work = black_box(work.wrapping_mul(31).wrapping_add(7));
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "no CPU time in a minute of work");
        }
        // All threads of this program, on all CPUs, could not have spent more.
        let cpus = std::thread::available_parallelism().unwrap().get() as f64;
        let spent = everything().get("process_cpu_seconds_total{}") - before;
        assert!(spent <= (begun.elapsed().as_secs_f64() + 0.05) * cpus, "{spent}");
    }

    #[test]
    fn opened_files_are_counted() {
        let before = everything().get("process_open_fds{}");
        let files: Vec<_> = (0..500).map(|_| fs::File::open("/proc/self/exe").unwrap()).collect();
        let open = everything().get("process_open_fds{}");
        // Other tests open and close some as well.
        assert!((open - before - 500.0).abs() < 100.0, "{before} and then {open}");
        let listed = fs::read_dir("/proc/self/fd").unwrap().count() as f64;
        assert!((open - listed).abs() < 100.0, "{open}, but {listed} are listed");
        drop(files);
        assert!(everything().get("process_open_fds{}") < open - 400.0);
        assert!(open <= everything().get("process_max_fds{}"));
    }

    #[test]
    fn threads_are_counted_while_they_live() {
        let before = everything().get("process_threads{}");
        let stop = std::sync::Barrier::new(41);
        std::thread::scope(|scope| {
            for _ in 0..40 {
                scope.spawn(|| stop.wait());
            }
            let most = everything().get("process_threads{}");
            stop.wait();
            assert!(most >= before + 20.0, "{before} and then {most}");
        });
    }

    #[test]
    fn memory_is_seen_once_it_is_touched() {
        const SIZE: usize = 256 * 1024 * 1024;
        let before = everything();
        let memory = black_box(vec![1u8; SIZE]);
        let after = everything();
        drop(memory);
        for name in ["process_resident_memory_bytes{}", "process_virtual_memory_bytes{}"] {
            let more = after.get(name) - before.get(name);
            assert!(more > SIZE as f64 * 0.8, "{name}: {more}");
        }
        let faults = "process_paging_faults_total{system_paging_fault_type=minor}";
        assert!(after.get(faults) > before.get(faults));
        assert_eq!(after.get("process_virtual_memory_max_bytes{}"), u64::MAX as f64);
    }

    #[test]
    fn resident_memory_is_what_the_kernel_says_in_words() {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let kib = files::field(&status, "VmRSS").unwrap() as f64;
        let ours = everything().get("process_resident_memory_bytes{}") / 1024.0;
        // Other tests take and give back meanwhile.
        assert!((ours - kib).abs() < 600.0 * 1024.0, "{ours} KiB, but {kib}");
    }

    #[test]
    fn the_process_started_between_its_machine_and_now() {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let start = everything().get("process_start_time_seconds{}");
        let age = now.as_secs_f64() - start;
        let uptime = fs::read_to_string("/proc/uptime").unwrap();
        let uptime: f64 = uptime.split(' ').next().unwrap().parse().unwrap();
        // `btime` is in whole seconds.
        assert!((-2.0..uptime + 2.0).contains(&age), "{age} seconds old");
        assert_eq!(start, everything().get("process_start_time_seconds{}"));
    }

    #[cfg(feature = "system")]
    #[test]
    fn the_machine_is_what_its_kernel_says() {
        let kept = everything();
        let text = fs::read_to_string("/proc/meminfo").unwrap();
        let total = files::field(&text, "MemTotal").unwrap() as f64 * 1024.0;
        assert_eq!(kept.get("system_memory_limit_bytes{}"), total);
        let used = kept.get("system_memory_usage_bytes{system_memory_state=used}");
        let available = kept.get("system_memory_linux_available_bytes{}");
        assert_eq!(used + available, total);
        let count = fs::read_to_string("/proc/cpuinfo").unwrap();
        let count = count.lines().filter(|line| line.starts_with("processor")).count();
        assert_eq!(kept.get("system_cpus{}"), count as f64);
        let switches = "process_context_switches_total{process_context_switch_type=voluntary}";
        let before = kept.get(switches);
        for _ in 0..20 {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert!(everything().get(switches) >= before + 20.0);
    }

    #[cfg(feature = "system")]
    #[test]
    fn the_file_system_of_the_program_is_as_full_as_df_says() {
        let kept = everything();
        let arguments = ["-B1", "--output=size,avail", "/"];
        let output = std::process::Command::new("df").args(arguments).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let mut words = text.lines().nth(1).unwrap().split_ascii_whitespace();
        let size: f64 = words.next().unwrap().parse().unwrap();
        let available: f64 = words.next().unwrap().parse().unwrap();
        let of = |family: &str, state: &str| {
            let found = kept.numbers.keys().find(|series| {
                series.starts_with(family)
                    && series.contains("system_filesystem_mountpoint=/,")
                    && series.contains(state)
            });
            found.map(|series| kept.get(series))
        };
        // A root that another machine serves is left out.
        let Some(limit) = of("system_filesystem_limit_bytes", "") else { return };
        assert_eq!(limit, size);
        let free = of("system_filesystem_usage_bytes", "state=free").unwrap();
        assert!((free - available).abs() < size * 0.1, "{free}, but {available}");
        let all = ["state=used", "state=free", "state=reserved"]
            .map(|state| of("system_filesystem_usage_bytes", state).unwrap());
        assert!((all.iter().sum::<f64>() - size).abs() < size * 0.01);
    }
}

const STAT: &str = "7 (a) (b) R 1 7 7 0 -1 4194304 1200 0 34 0 250 150 0 0 20 0 12 0 500000 \
                    1048576 64 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0\n";

fn process() -> Root {
    let root = Root::new(&format!("usage-{:?}", std::thread::current().id()));
    let auxiliary: Vec<u8> =
        [6usize, 16384, 17, 100, 0, 0].iter().flat_map(|word| word.to_ne_bytes()).collect();
    root.write("proc/self/auxv", auxiliary)
        .write("proc/self/stat", STAT)
        .write("proc/stat", "cpu  100 200 300 400 500 60 7 8 0 0\ncpu0 1 1\nintr 1 2\nbtime 1000\n")
        .write("proc/self/io", "rchar: 1\nread_bytes: 4096\nwrite_bytes: 8192\n")
        .write(
            "proc/self/limits",
            "Limit        Soft Limit   Hard Limit  Units\n\
             Max open files            1024                 4096                 files\n\
             Max address space         unlimited            unlimited            bytes\n",
        );
    root
}

#[test]
fn a_process_is_read_as_its_kernel_writes_it() {
    let kept = process().read();
    for (series, value) in [
        ("process_cpu_seconds_total{}", 4.0),
        ("process_max_fds{}", 1024.0),
        ("process_virtual_memory_bytes{}", 1_048_576.0),
        ("process_virtual_memory_max_bytes{}", 18_446_744_073_709_551_615.0),
        ("process_resident_memory_bytes{}", 64.0 * 16384.0),
        ("process_start_time_seconds{}", 6000.0),
        ("process_threads{}", 12.0),
        ("process_paging_faults_total{system_paging_fault_type=minor}", 1200.0),
        ("process_paging_faults_total{system_paging_fault_type=major}", 34.0),
        ("process_disk_io_bytes_total{disk_io_direction=read}", 4096.0),
        ("process_disk_io_bytes_total{disk_io_direction=write}", 8192.0),
    ] {
        assert_eq!(kept.get(series), value, "{series}");
    }
}

#[test]
fn what_is_not_there_has_no_series() {
    let root = Root::new("usage-empty");
    let kept = root.read();
    let own = |series: &&String| !series.starts_with("process_context_switches");
    assert_eq!(kept.numbers.keys().filter(own).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn nonsense_is_harmless() {
    let long = "cpu 99999999999999999999999 ".repeat(100_000);
    let many: String =
        (0..100_000).map(|n| format!("  {n} 0 sd\u{1}{n} 1 2 3 4 5 6 7 8 9 10 11\n")).collect();
    let hostile: [&[u8]; 9] = [
        b"",
        b"\n",
        b"(((((((",
        b"7 (x) ",
        b"\xff\xfe\0\0\xff",
        b"-1 -1 -1 : -1",
        b"MemTotal: 18446744073709551615 kB\nMemAvailable: 18446744073709551616 kB\nread_bytes:",
        long.as_bytes(),
        many.as_bytes(),
    ];
    for text in hostile {
        let root = Root::new("usage-nonsense");
        for path in [
            "proc/self/auxv",
            "proc/self/stat",
            "proc/self/io",
            "proc/self/limits",
            "proc/self/cgroup",
            "proc/self/mountinfo",
            "proc/self/net/dev",
            "proc/stat",
            "proc/loadavg",
            "proc/meminfo",
            "proc/diskstats",
            "proc/pressure/cpu",
        ] {
            root.write(path, text);
        }
        let kept = root.read();
        assert!(kept.numbers.len() < 300, "{} series", kept.numbers.len());
        for series in kept.numbers.keys() {
            assert!(kept.get(series).is_finite(), "{series}");
        }
    }
}

#[test]
fn a_container_s_limits_are_the_lowest_of_those_around_it() {
    let root = Root::new("usage-cgroup");
    root.write("proc/self/cgroup", "3:cpu:/old\n0::/pod/box\n");
    let (pod, own) = ("sys/fs/cgroup/pod", "sys/fs/cgroup/pod/box");
    let text = |group: &str, file: &str, text: &str| {
        root.write(&format!("{group}/{file}"), text);
    };
    text(own, "cgroup.type", "domain\n");
    text(own, "cpu.max", "200000 100000\n");
    text(pod, "cpu.max", "150000 100000\n");
    text(own, "memory.max", "1000\n");
    text(pod, "memory.max", "5000\n");
    text("sys/fs/cgroup", "memory.max", "max\n");
    text(own, "memory.current", "800\n");
    text(own, "memory.events", "low 0\nhigh 0\nmax 3\noom 2\noom_kill 1\noom_group_kill 9\n");
    text(own, "pids.current", "12\n");
    text(own, "pids.max", "max\n");
    text(
        own,
        "cpu.stat",
        "usage_usec 2500000\nuser_usec 1\nnr_periods 40\nnr_throttled 4\nthrottled_usec 500000\n",
    );
    text(own, "memory.pressure", "some avg10=0.00 avg60=1.55 total=1500000\nfull total=x\n");
    let kept = root.read();
    for (series, value) in [
        ("cgroup_cpu_limit{}", 1.5),
        ("cgroup_cpu_seconds_total{}", 2.5),
        ("cgroup_cpu_periods_total{}", 40.0),
        ("cgroup_cpu_throttled_periods_total{}", 4.0),
        ("cgroup_cpu_throttled_seconds_total{}", 0.5),
        ("cgroup_memory_usage_bytes{}", 800.0),
        ("cgroup_memory_limit_bytes{}", 1000.0),
        ("cgroup_memory_events_total{event=oom_kill}", 1.0),
        ("cgroup_memory_events_total{event=max}", 3.0),
        ("cgroup_threads{}", 12.0),
        ("cgroup_pressure_seconds_total{resource=memory,share=some}", 1.5),
    ] {
        assert_eq!(kept.get(series), value, "{series}");
    }
    assert!(!kept.has("cgroup_threads_limit"));
    assert!(!kept.has("cgroup_pressure_seconds_total{resource=memory,share=full}"));

    // Who is outside of what is mounted sees the group that is mounted.
    root.write("proc/self/cgroup", "0::/../../other\n");
    text("sys/fs/cgroup", "cgroup.type", "domain\n");
    text("sys/fs/cgroup", "memory.max", "7000\n");
    assert_eq!(root.read().get("cgroup_memory_limit_bytes{}"), 7000.0);
    // And a machine is no container.
    fs::remove_file(root.0.join("sys/fs/cgroup/cgroup.type")).unwrap();
    assert!(!root.read().has("cgroup_"));
}

#[cfg(feature = "system")]
#[test]
fn disks_and_interfaces_have_series_up_to_a_bound() {
    let root = Root::new("usage-devices");
    let mut disks = String::new();
    for name in ["loop0", "ram1", "zram0", "sda", "sda1", "sda12", "nvme0n1", "nvme0n1p1", "dm-0"] {
        disks += &format!("   8       0 {name} 1 2 3 4 5 6 7 8 9 1000 11 0 0\n");
    }
    for number in 0..20 {
        disks += &format!("   9       0 vd{} 1 2 3 4 5 6 7 8 9 1000 11\n", "x".repeat(number + 1));
    }
    let mut interfaces = String::from("Inter-|   Receive\n face |bytes    packets errs\n");
    for name in ["lo", "eth0", "veth12", "eth0:1"] {
        interfaces += &format!("{name:>6}: 100 2 3 4 5 6 7 8 900 10 11 12 13 14 15 16\n");
    }
    let stat = "cpu  100 200 300 400 500 60 7 8 0 0\ncpu0 1\ncpu1 1\nintr 1\n";
    let kept = root
        .write("proc/diskstats", disks)
        .write("proc/self/net/dev", interfaces)
        .write("proc/stat", stat)
        .write("proc/loadavg", "0.50 NaN 2.25 1/2 3\n")
        .read();
    for (series, value) in [
        ("system_disk_io_bytes_total{system_device=sda,disk_io_direction=read}", 1536.0),
        ("system_disk_io_bytes_total{system_device=sda,disk_io_direction=write}", 3584.0),
        ("system_disk_operations_total{system_device=nvme0n1,disk_io_direction=write}", 5.0),
        (
            "system_disk_operation_time_seconds_total{system_device=dm-0,disk_io_direction=read}",
            0.004,
        ),
        ("system_disk_io_time_seconds_total{system_device=sda}", 1.0),
        // Sixteen have a name: three, and thirteen of twenty.
        ("system_disk_io_time_seconds_total{system_device=_OTHER}", 7.0),
        (
            "system_network_io_bytes_total{network_interface_name=eth0,network_io_direction=transmit}",
            900.0,
        ),
        (
            "system_network_io_bytes_total{network_interface_name=eth0:1,network_io_direction=receive}",
            100.0,
        ),
        ("system_network_packet_count_total{system_device=lo,network_io_direction=receive}", 2.0),
        (
            "system_network_errors_total{network_interface_name=lo,network_io_direction=transmit}",
            11.0,
        ),
        (
            "system_network_packet_dropped_total{network_interface_name=lo,network_io_direction=receive}",
            4.0,
        ),
        ("system_cpu_time_seconds_total{cpu_mode=interrupt}", 0.67),
        ("system_cpu_time_seconds_total{cpu_mode=idle}", 4.0),
        ("system_cpus{}", 2.0),
        ("system_cpu_load_average_1m{}", 0.5),
        ("system_cpu_load_average_15m{}", 2.25),
    ] {
        assert_eq!(kept.get(series), value, "{series}");
    }
    for gone in ["device=loop0", "device=ram1", "device=zram0", "device=sda1", "nvme0n1p1", "veth"]
    {
        assert!(!kept.numbers.keys().any(|series| series.contains(gone)), "{gone}");
    }
    assert!(!kept.has("system_cpu_load_average_5m"));
}

#[cfg(feature = "system")]
#[test]
fn what_counts_does_not_fall_when_the_kernel_takes_some_back_or_a_device_is_gone() {
    let root = Root::new("usage-falling");
    let (cpu, devices) = (system::Cpu::new(), devices::Devices::new());
    let read = |idle: u64, interfaces: &[(String, u64)]| {
        let lines = interfaces.iter();
        let lines =
            lines.map(|(name, bytes)| format!("{name}: {bytes} 2 3 4 5 6 7 8 9 10 11 12\n"));
        root.write("proc/self/net/dev", lines.collect::<String>());
        root.write("proc/stat", format!("cpu  1 2 3 {idle} 5 6 7 8 0 0\n"));
        let (files, mut kept) = (Files::new(&root.0), Kept::default());
        system::visit(&cpu, &files, &mut kept);
        devices.visit(&files, &mut kept);
        let received = |name: &str| {
            let labels = format!("network_interface_name={name},network_io_direction=receive");
            let series = format!("system_network_io_bytes_total{{{labels}}}");
            kept.has(&series).then(|| kept.get(&series))
        };
        let idle = kept.get("system_cpu_time_seconds_total{cpu_mode=idle}");
        (idle, ["eth0", "pod17", "pod18", "_OTHER"].map(received))
    };
    let mut interfaces: Vec<(String, u64)> = vec![("eth0".to_owned(), 5)];
    interfaces.extend((2..=18).map(|number| (format!("pod{number}"), 100)));
    assert_eq!(read(1000, &interfaces), (10.0, [Some(5.0), None, None, Some(200.0)]));
    interfaces[16].1 = 150;
    assert_eq!(read(999, &interfaces), (10.0, [Some(5.0), None, None, Some(250.0)]));
    // One with a series of its own is gone, and one of the others.
    interfaces.remove(17);
    interfaces.remove(1);
    assert_eq!(read(1001, &interfaces), (10.01, [Some(5.0), None, None, Some(250.0)]));
    // A new one takes the place, and one that comes again has begun again.
    interfaces.push(("pod18".to_owned(), 7));
    interfaces.push(("pod19".to_owned(), 9));
    assert_eq!(read(10, &interfaces), (0.1, [Some(5.0), None, Some(7.0), Some(259.0)]));
}

#[cfg(all(unix, feature = "system"))]
#[test]
fn a_file_system_of_another_machine_is_never_asked() {
    let root = Root::new("usage-mounts");
    let line = |point: &str, kind: &str| {
        format!("22 27 0:21 / {point} rw,relatime shared:1 - {kind} server:/data rw\n")
    };
    for (kind, count) in [("nfs4", 0), ("fuse.sshfs", 0), ("cifs", 0), ("9p", 0), ("ext4", 4)] {
        let kept = root.write("proc/self/mountinfo", line("/", kind)).read();
        let found = kept.numbers.keys().filter(|it| it.starts_with("system_filesystem")).count();
        assert_eq!(found, count, "{kind}");
    }
    // What was mounted later over the same point is what is there.
    let text = line("/", "ext4") + &line("/", "nfs");
    assert!(!root.write("proc/self/mountinfo", text).read().has("system_filesystem"));
}

#[cfg(feature = "tokio")]
#[test]
fn a_watched_runtime_shows_its_tasks() {
    let build = || ::tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (first, second) = (build(), build());
    assert!(tokio::watch("usage-first", first.handle().clone()));
    assert!(tokio::watch("usage-second", second.handle().clone()));
    let (stop, stopped) = ::tokio::sync::oneshot::channel::<()>();
    let mut stopped = Some(stopped);
    let tasks: Vec<_> = (0..7)
        .map(|_| {
            let stopped = stopped.take();
            first.spawn(async move {
                match stopped {
                    Some(stopped) => drop(stopped.await),
                    None => std::future::pending().await,
                }
            })
        })
        .collect();
    first.block_on(async { ::tokio::task::yield_now().await });
    let kept = everything();
    assert_eq!(kept.get("tokio_workers{runtime=usage-first}"), 1.0);
    assert_eq!(kept.get("tokio_alive_tasks{runtime=usage-first}"), 7.0);
    assert_eq!(kept.get("tokio_alive_tasks{runtime=usage-second}"), 0.0);
    assert_eq!(kept.get("tokio_global_queue_depth{runtime=usage-first}"), 0.0);
    let busy = "tokio_worker_busy_seconds_total{runtime=usage-first,worker=0}";
    let before = kept.get(busy);
    first.block_on(async {
        // A worker's own task, which ends while nothing else is to be done.
        let work = first.spawn(async { std::thread::sleep(Duration::from_millis(20)) });
        work.await.unwrap();
        ::tokio::task::yield_now().await;
        stop.send(()).unwrap();
        ::tokio::task::yield_now().await;
    });
    tasks.iter().for_each(|task| task.abort());
    first.block_on(async { ::tokio::task::yield_now().await });
    let kept = everything();
    assert_eq!(kept.get("tokio_alive_tasks{runtime=usage-first}"), 0.0);
    assert!(kept.get(busy) >= before, "{before} and then {}", kept.get(busy));
    // Another runtime of the same name takes its place, and no more than so many are shown.
    assert!(tokio::watch("usage-first", second.handle().clone()));
    let all = (0..100).filter(|n| tokio::watch(&format!("usage-{n}"), second.handle().clone()));
    assert!(all.count() < 16);
}
