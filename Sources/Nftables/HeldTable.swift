internal import CNftables
internal import Glibc

/// A table that the kernel deletes when this process ends for any reason (`flags owner`, nft(8)).
///
/// The table belongs to the netlink socket of the process of libnftables that created it, so that
/// process keeps running.
public final class HeldTable {
    /// The table's name; its family is `inet`.
    public let name: String

    private var holder: cnft_holder

    /// The id of the process that owns the table.
    public var process: Int32 { holder.process }

    /// Creates a table that no other process can change, and executes nft commands for it, each of
    /// one line, in one transaction.
    ///
    /// The corresponding C function is `cnft_hold`. Fails if there is already a table of that name.
    public init(_ name: String, _ commands: [String]) throws(KernelError) {
        // libnftables reports missing privileges in English only; the kernel, by a number.
        _ = try KernelQuery.generationID()
        let script =
            (["create table inet \(name) { flags owner; }"] + commands)
            .joined(separator: "\n") + "\n"
        var result = cnft_result()
        var holder = cnft_holder()
        let error = script.withCString { text in
            cnft_hold(text, script.utf8.count, &holder, &result)
        }
        guard error == 0 else {
            throw .system(call: String(cString: result.failed_call), errno: error)
        }
        defer { cnft_free(&result) }
        if let failure = Libnftables.failure(in: result) {
            // Older kernels refuse the table's flag.
            if let kernel = PlatformVersions.kernel, PlatformVersions.isKernel(before: 5, 12) {
                throw .tooOld(needs: "Linux 5.12", has: kernel)
            }
            throw failure
        }
        self.name = name
        self.holder = holder
    }

    deinit { cnft_release(&holder) }

    /// Deletes the table; returns when it is deleted.
    public func release() { cnft_release(&holder) }

    /// Whether the process that owns the table was killed, which deletes the table.
    ///
    /// The corresponding C function is `waitid`, with WNOWAIT: the status can still be collected.
    public var isLost: Bool {
        guard holder.process > 0 else { return true }
        var ending = siginfo_t()
        let flags = WEXITED | WNOHANG | WNOWAIT
        return waitid(P_PID, id_t(holder.process), &ending, flags) == 0
            && ending.si_signo == SIGCHLD
    }
}
