import TestSupport
import Testing

/// The note that a restart removes the redirects: in a mount namespace with files of its own, in which
/// process 1 has the test's network namespace.
@Suite(.networkNamespace) struct RestoreAtBootTests {
    let scratch: Scratch
    let machine = Lab().machine

    init() throws { scratch = try Scratch() }

    private static let note = "a restart of this machine removes the redirects"
    private static let systemd = "mkdir -p /run/systemd/system"
    private static let installed = "touch /etc/systemd/system/redirctl-restore.service"
    private static let enabled = """
        mkdir /etc/systemd/system/sysinit.target.wants
        ln -s ../redirctl-restore.service /etc/systemd/system/sysinit.target.wants/
        """

    /// Runs a script where nothing of systemd's is installed; what it says on both streams.
    private func output(_ script: String) throws -> String {
        let policy = try scratch.policy(["a": (80, 8080)])
        let setUp = """
            exec 2>&1
            for directory in /run /etc/systemd /var/lib; do mount -t tmpfs -o mode=755 t $directory; done
            mkdir /etc/systemd/system
            redirctl() { \(Program.path) "$@"; echo "status $?"; }
            policy=\(policy)

            """
        return try LabCommand.run([
            "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-ec",
            setUp + script,
        ])
    }

    @Test func `the first generation of a table says how to have it put back`() throws {
        let output = try output(
            """
            \(Self.systemd); \(Self.installed)
            redirctl apply $policy
            echo second; sed -i s/8080/9090/ $policy
            redirctl apply $policy
            """
        )
        let parts = output.split(separator: "second")
        #expect(
            parts.first?.contains(
                "note: \(Self.note); to restore them at boot: `systemctl enable redirctl-restore "
                    + "redirctl-after-nftables`"
            ) == true,
            "\(output)"
        )
        #expect(parts.last?.contains("Generation 2 is live") == true, "\(output)")
        #expect(parts.last?.contains("restart") == false, "\(output)")
    }

    @Test func `so does the confirmation of a first trial, but not the trial`() throws {
        let output = try output(
            """
            \(Self.systemd)
            redirctl apply $policy --confirm-within 60s
            echo second
            redirctl confirm
            """
        )
        let parts = output.split(separator: "second")
        #expect(parts.first?.contains("restart") == false, "\(output)")
        #expect(parts.last?.contains("\(Self.note), and redirctl-restore.service") == true)
        #expect(parts.last?.contains("is not installed") == true, "\(output)")
    }

    @Test func `a state directory that the unit does not read needs a command of its own`() throws {
        let output = try output(
            """
            \(Self.systemd); \(Self.installed); \(Self.enabled)
            redirctl apply $policy --state-dir /var/lib/other
            """
        )
        #expect(
            output.contains("run `redirctl apply --restore --state-dir /var/lib/other` at boot"),
            "\(output)"
        )
    }

    @Test(arguments: [
        "\(systemd); \(installed); \(enabled)", installed,
        "\(systemd); mkdir /run/netns; touch /run/netns/lab; "
            + "unshare --net mount --bind /proc/self/ns/net /run/netns/lab; "
            + "export REDIRCTL_NETNS=lab",
    ])
    func `nothing is said if it is enabled, without systemd, or in another namespace`(
        files: String
    ) throws {
        let output = try output(files + "\nredirctl apply $policy")
        #expect(output.contains("Generation 1 is live"), "\(output)")
        #expect(output.contains("status 0"), "\(output)")
        #expect(!output.contains("restart"), "\(output)")
    }
}
