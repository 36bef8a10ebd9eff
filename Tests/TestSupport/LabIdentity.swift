internal import CTestSupport
internal import Glibc

/// Acting as other users and in other control groups, as only the machine's own root may.
public enum LabIdentity {
    /// Whether this process may; root of a user namespace may not.
    public static let isFree: Bool = {
        defer { _ = ctest_act_as(geteuid(), getegid()) }
        return geteuid() == 0 && ctest_act_as(2000, 2000) == 0
    }()

    /// Runs a closure; the sockets that it opens on this thread belong to somebody else.
    public static func with<Result>(
        user: UInt32,
        group: UInt32 = 0,
        _ body: () throws -> Result
    ) throws -> Result {
        defer { _ = ctest_act_as(geteuid(), getegid()) }
        guard ctest_act_as(user, group) == 0 else {
            throw NamespaceThread.Refusal(description: "can't act as user \(user)")
        }
        return try body()
    }

    /// Runs a closure on a thread that sees the machine's control groups where they usually are,
    /// and among them the given ones, which are gone afterwards.
    ///
    /// What holds for ``withCoveredDirectory(_:_:)`` holds here: the closure can't wait for anything.
    public static func withControlGroups<Result>(
        _ paths: [String],
        _ body: () throws -> Result
    ) throws -> Result {
        var before: Int32 = -1
        let error = ctest_show_cgroups(root, &before)
        defer { _ = ctest_uncover(before) }
        guard error == 0 else {
            let reason = String(cString: strerror(error))
            throw NamespaceThread.Refusal(description: "control groups: \(reason)")
        }
        defer { for path in paths.reversed() { rmdir("\(root)/\(path)") } }
        for path in paths {
            guard mkdir("\(root)/\(path)", 0o755) == 0 else {
                let reason = String(cString: strerror(errno))
                throw NamespaceThread.Refusal(description: "control group \(path): \(reason)")
            }
        }
        return try body()
    }

    /// Removes a control group and makes another one of the same name.
    public static func replaceControlGroup(_ path: String) throws {
        guard rmdir("\(root)/\(path)") == 0, mkdir("\(root)/\(path)", 0o755) == 0 else {
            throw NamespaceThread.Refusal(description: "control group \(path) can't be replaced")
        }
    }

    private static let root = "/sys/fs/cgroup"
}

extension LabHost {
    /// Connects to an IPv4 address from a process in a control group, and returns what the server
    /// there says.
    public func ask(_ address: String, _ port: UInt16, inControlGroup path: String) throws -> String
    {
        try run(
            "bash",
            "-c",
            """
            echo $$ >"/sys/fs/cgroup/$1/cgroup.procs" || exit 9
            exec 3<>"/dev/tcp/$2/$3" && timeout 5 cat <&3
            """,
            "bash",
            path,
            address,
            "\(port)"
        )
    }
}
