import TestSupport
import Testing

/// Which records belong to a network namespace, whatever its names and the caller's privileges.
@Suite(.networkNamespace) struct StoreNameTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Runs shell commands in which `redirctl` and `unprivileged` stand for the program.
    private func run(_ script: String) throws -> String {
        let state = "\(scratch.directory)/state"
        let program = "\(Program.path) \"$@\" --state-dir \(state)"
        let preamble = """
            exec 2>&1
            redirctl() { \(program); }
            unprivileged() { setpriv --bounding-set=-all,+net_admin,+dac_override \(program); }
            name() { touch /run/netns/$1 && mount --bind /proc/self/ns/net /run/netns/$1; }
            mkdir /run/netns

            """
        return try withCoveredDirectory("/run") {
            try LabCommand.run(["sh", "-c", preamble + script])
        }
    }

    private var policy: String { get throws { try scratch.policy(["a": (80, 8080)]) } }

    @Test func `a second name leads to the same records`() throws {
        let output = try run(
            """
            name web && redirctl apply \(policy) >/dev/null && name first && redirctl check &&
            redirctl check --netns web && redirctl check --netns first &&
            redirctl apply \(policy) --netns first && ls \(scratch.directory)/state
            """
        )
        #expect(output.contains("No changes"))
        #expect(output.hasSuffix("\nweb\n"))
    }

    @Test func `a name given later leads to the same records`() throws {
        let output = try run(
            """
            redirctl apply \(policy) >/dev/null && name late && redirctl check &&
            redirctl apply \(policy) --netns late
            """
        )
        #expect(output.contains("No changes"))
    }

    @Test func `what is no namespace is told, and not waited for`() throws {
        let output = try run(
            """
            mkfifo /run/netns/pipe; touch /run/netns/plain /run/netns/net-7
            for name in pipe plain net-7; do
              timeout 10 \(Program.path) check --netns $name --state-dir \(scratch.directory)/state
              echo "status $?"
            done
            """
        )
        let endings = output.split(separator: "\n").filter { $0.hasPrefix("status") }
        #expect(endings == ["status 1", "status 1", "status 1"], "\(output)")
        #expect(output.contains("`net-7` is reserved for network namespaces without a name"))
    }

    @Test func `a name that begins as a number's does is one`() throws {
        let output = try run(
            """
            name net-lab && redirctl apply \(policy) --netns net-lab >/dev/null && redirctl check &&
            redirctl apply \(policy) && ls \(scratch.directory)/state
            """
        )
        #expect(output.contains("No changes") && output.hasSuffix("\nnet-lab\n"))
    }

    @Test func `a name given while the first trial goes on leads to the same records`() throws {
        let output = try run(
            """
            redirctl apply \(policy) --confirm-within 1m >/dev/null && name late &&
            redirctl confirm && redirctl check
            """
        )
        #expect(output.contains("is confirmed and live"))
    }

    @Test func `two names with records of their own are told`() throws {
        let output = try run(
            """
            name web && redirctl apply \(policy) >/dev/null && name other &&
            cp -r \(scratch.directory)/state/web \(scratch.directory)/state/other
            redirctl check; echo "status $?"
            """
        )
        #expect(output.contains("several names with records of table inet redirctl"))
        #expect(output.hasSuffix("status 1\n"))
    }

    @Test func `fewer privileges lead to the same records`() throws {
        let output = try run(
            """
            name web && redirctl apply \(policy) >/dev/null
            unprivileged check && unprivileged check --netns web && unprivileged apply \(policy)
            """
        )
        #expect(output.contains("No changes"))
    }

    @Test func `where process 1 is hidden, one has to say which namespace it is`() throws {
        let output = try run(
            """
            name web && redirctl apply \(policy) >/dev/null && mount -t tmpfs none /proc/1
            redirctl check; echo "status $?"; redirctl check --netns web; echo "status $?"
            """
        )
        #expect(
            output.contains("this network namespace can't be identified (/proc/1/net/dev: ")
        )
        #expect(output.contains("`--netns host`"))
        #expect(output.hasSuffix("status 1\nstatus 0\n"))
    }

    @Test func `the namespace of process 1 is the host's`() throws {
        let output = try run(
            """
            name web && alone="unshare --pid --fork --kill-child --mount-proc \(Program.path)"
            $alone apply \(policy) --state-dir \(scratch.directory)/state &&
            $alone apply \(policy) --state-dir \(scratch.directory)/state --netns host &&
            ls \(scratch.directory)/state
            """
        )
        #expect(output.contains("No changes"))
        #expect(output.hasSuffix("\nhost\n"))
    }
}
