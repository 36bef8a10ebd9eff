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
        var sample = 3
        var testDescription: String { "\(call) \(errno)\(isInChild ? " in a child" : "")" }
    }

    static let faults = [
        Fault(call: "fsync", errno: "EIO", sample: 11),
        Fault(call: "write", errno: "ENOSPC", sample: 9),
        Fault(call: "rename", errno: "EROFS"),
        Fault(call: "mkdir", errno: "ENOSPC", sample: 2),
        Fault(call: "openat", errno: "EMFILE", sample: 5),
        Fault(call: "clone", errno: "EAGAIN"),
        Fault(call: "memfd_create", errno: "EMFILE"),
        Fault(call: "socket", errno: "EMFILE", sample: 4),
        Fault(call: "socket", errno: "EPERM", sample: 2),
        Fault(call: "sendto", errno: "ENOBUFS"),
        Fault(call: "sendmsg", errno: "ENOBUFS", isInChild: true),
        Fault(call: "recvmsg", errno: "ENOBUFS", isInChild: true, sample: 4),
        Fault(call: "flock", errno: "ENOLCK"),
        Fault(call: "pwrite64", errno: "ENOSPC"),
        Fault(call: "ftruncate", errno: "EIO"),
        Fault(call: "unlink", errno: "EIO", sample: 1),
    ]

    @Test(arguments: faults)
    func `a system call that fails leaves nothing half done`(fault: Fault) throws {
        let rehearsal = try Rehearsal(.apply)
        // The process of the transaction is started before anything else is done.
        let run = rehearsal.trace.instants.drop {
            Strace.isThorough || fault.call == "clone" ? false : $0.call != "flock"
        }
        let all = run.filter { $0.call == fault.call && $0.isInChild == fault.isInChild }
        let instants = Strace.isThorough ? all : all.spread(fault.sample)
        #expect(!instants.isEmpty)
        for instant in instants {
            let tool = Strace.injecting(
                instant.fault("error=\(fault.errno)"),
                intoChildren: fault.isInChild
            )
            let comment: Comment = "\(fault.errno) from \(instant)"
            let (ending, result) = try rehearsal.play(under: tool, comment)
            switch ending.status {
            case 0: #expect(result == .after, comment)
            case 1:
                #expect(ending.hasFailedPlainly, "\(comment): \(ending.errors)")
                if result == .after { expectAdmission(ending, comment) }
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
            "the kernel holds generation 2, but", "generation 2 was sent and taken",
            "it is not known whether the kernel holds generation 2",
            "the result could not be written",
        ]
        #expect(
            admissions.contains { ending.errors.contains($0) },
            "\(comment): \(ending.errors)"
        )
    }
}
