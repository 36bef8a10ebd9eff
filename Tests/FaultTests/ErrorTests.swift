import Glibc
import TestSupport
import Testing

/// System calls that fail: a run ends well only when kernel and store both have it; else it says
/// what is wrong, and the next run converges.
@Suite(.networkNamespace, .strace) struct ErrorTests {
    /// What fails, with the errno, and where that may happen in a child, too.
    struct Fault: CustomTestStringConvertible {
        let call: String
        let errno: String
        var isInChild = false
        /// How many of its instants `make test` tries.
        var sample = 0

        var testDescription: String { "\(call) \(errno)\(isInChild ? " in a child" : "")" }

        /// Who gets no memory has none for a sentence, either.
        var isFatal: Bool { errno == "ENOMEM" && ["mmap", "brk", "mprotect"].contains(call) }

        func instants(of run: some Collection<Instant>) -> [Instant] {
            run.filter { $0.call == call && $0.isInChild == isInChild }
        }
    }

    static let faults = [
        Fault(call: "fsync", errno: "EIO", sample: 11),
        Fault(call: "fsync", errno: "EINTR"),
        Fault(call: "write", errno: "ENOSPC", sample: 9),
        Fault(call: "write", errno: "EINTR", sample: 2),
        Fault(call: "write", errno: "EIO"),
        Fault(call: "read", errno: "EINTR", sample: 2),
        Fault(call: "read", errno: "EIO", sample: 2),
        Fault(call: "rename", errno: "EROFS", sample: 3),
        Fault(call: "rename", errno: "ENOSPC"),
        Fault(call: "mkdir", errno: "ENOSPC", sample: 2),
        Fault(call: "openat", errno: "EMFILE", sample: 5),
        Fault(call: "openat", errno: "EINTR", sample: 2),
        Fault(call: "openat", errno: "ENOMEM", sample: 2),
        Fault(call: "getdents64", errno: "EIO", sample: 1),
        Fault(call: "mmap", errno: "ENOMEM", sample: 2),
        Fault(call: "brk", errno: "ENOMEM"),
        Fault(call: "clone", errno: "EAGAIN", sample: 1),
        Fault(call: "clone", errno: "ENOMEM"),
        Fault(call: "wait4", errno: "EINTR", sample: 1),
        Fault(call: "memfd_create", errno: "EMFILE", sample: 3),
        Fault(call: "socket", errno: "EMFILE", sample: 4),
        Fault(call: "socket", errno: "EPERM", sample: 2),
        Fault(call: "socket", errno: "ENOMEM"),
        Fault(call: "sendto", errno: "ENOBUFS", sample: 3),
        Fault(call: "sendto", errno: "EINTR", sample: 2),
        Fault(call: "sendto", errno: "EPERM"),
        Fault(call: "recvfrom", errno: "ENOBUFS", sample: 2),
        Fault(call: "recvfrom", errno: "EINTR", sample: 2),
        Fault(call: "recvfrom", errno: "ENOMEM"),
        Fault(call: "recvmsg", errno: "EINTR"),
        Fault(call: "sendmsg", errno: "ENOBUFS", isInChild: true, sample: 1),
        Fault(call: "sendmsg", errno: "ENOMEM", isInChild: true),
        Fault(call: "sendmsg", errno: "EPERM", isInChild: true),
        Fault(call: "sendmsg", errno: "EINTR", isInChild: true),
        Fault(call: "recvmsg", errno: "ENOBUFS", isInChild: true, sample: 4),
        Fault(call: "recvmsg", errno: "EINTR", isInChild: true, sample: 2),
        Fault(call: "recvmsg", errno: "ENOMEM", isInChild: true),
        Fault(call: "flock", errno: "ENOLCK", sample: 1),
        Fault(call: "flock", errno: "EINTR", sample: 1),
        Fault(call: "pwrite64", errno: "ENOSPC", sample: 1),
        Fault(call: "ftruncate", errno: "EIO", sample: 2),
        Fault(call: "unlink", errno: "EIO", sample: 1),
    ]

    /// No failure is waited for longer.
    static let seconds = 10

    @Test(arguments: faults.filter { Strace.isThorough || $0.sample > 0 })
    func `a system call that fails leaves nothing half done`(fault: Fault) throws {
        let rehearsal = try Rehearsal(.apply)
        // The process of the transaction is started before anything else is done.
        let run = rehearsal.trace.instants.drop {
            Strace.isThorough || fault.call == "clone" ? false : $0.call != "flock"
        }
        let all = fault.instants(of: run)
        #expect(!all.isEmpty)
        try expectOrder(of: rehearsal, Strace.isThorough ? all : all.spread(fault.sample), fault)
    }

    @Test(
        .enabled("only in `make faults`") { Strace.isThorough },
        arguments: Scenario.allCases.filter { $0 != .apply },
        faults
    )
    func `nor does it in any other command`(scenario: Scenario, fault: Fault) throws {
        let rehearsal = try Rehearsal(scenario)
        let all = fault.instants(of: rehearsal.trace.instants.drop { $0.call != "flock" })
        try expectOrder(of: rehearsal, all.spread(6), fault)
    }

    /// Swift reads there where the command's words are.
    @Test func `a command whose words can't be read does nothing, and does not end well`() throws {
        let installation = try Installation()
        for command in ["check", "status", "--help"] {
            let tool = [
                "strace", "-o", "/dev/null", "-P", "/proc/self/maps", "-e",
                "inject=openat:error=ENOENT",
            ]
            let ending = try installation.redirctl(command, under: tool)
            #expect(ending.status == 1 && ending.output.isEmpty)
            #expect(ending.errors.contains("error: the command line can't be read"))
        }
    }

    private func expectOrder(
        of rehearsal: Rehearsal,
        _ instants: [Instant],
        _ fault: Fault
    ) throws {
        for instant in instants {
            let tool = Strace.injecting(
                instant.fault("error=\(fault.errno)"),
                intoChildren: fault.isInChild
            )
            let comment: Comment = "\(rehearsal.scenario): \(fault.errno) from \(instant)"
            let (ending, result) = try rehearsal.play(under: tool, within: Self.seconds, comment)
            switch ending.status {
            case 0: #expect(result == .after, comment)
            case 1:
                #expect(ending.hasFailedPlainly, "\(comment): \(ending.errors)")
                if result == .after { expectAdmission(ending, comment) }
                // Before the kernel was asked for anything, it can't have refused.
                if fault.call == "clone" {
                    #expect(ending.errors.contains(" could not be sent to the kernel"), comment)
                }
            case 127:
                // The dynamic linker's, or the C library's.
                let words = ["shared librar", "cannot allocate"]
                #expect(
                    words.contains { ending.errors.contains($0) },
                    "\(comment): \(ending.errors)"
                )
                #expect(result == .before, comment)
            case 128...: #expect(fault.isFatal, "\(comment): status \(ending.status)")
            default:
                Issue.record("\(comment): status \(ending.status): \(ending.errors)")
            }
            if Strace.isThorough {
                print("\(comment): \(ending.status) \(result): \(ending.errors)")
            }
        }
    }

    /// A failure with a changed kernel says that it is changed, or that nobody knows.
    private func expectAdmission(_ ending: Program.Ending, _ comment: Comment) {
        let admissions = [
            "error: the kernel has generation ", "the table is gone, but that could not be noted",
            " was sent and taken, but",
            "it is not known whether the kernel has generation ",
            "the result could not be written",
        ]
        #expect(
            admissions.contains { ending.errors.contains($0) },
            "\(comment): \(ending.errors)"
        )
    }
}
