import FoundationEssentials
import TestSupport
import Testing

/// What the program writes to `/dev/log`, and that nothing waits for its reader.
@Suite(.networkNamespace) struct SystemLogTests {
    let scratch: Scratch
    let machine = Lab().machine

    init() throws { scratch = try Scratch() }

    private func policy(_ port: Int) throws -> String {
        try scratch.file(
            "\(port).yaml",
            """
            version: 1
            redirects:
              - name: web
                direction: outbound
                match: {protocol: tcp, destination: {port: 80}}
                to: {port: \(port)}

            """
        )
    }

    /// Runs a script where `/dev` has a `log`, and returns what the script printed and what was logged.
    private func run(_ script: String) throws -> (output: String, log: String) {
        let output = try LabCommand.run([
            "timeout", "60", "unshare", "--mount", "bash", "-ec",
            """
            exec 2>&1
            cd \(scratch.directory)
            touch null log; mount --bind /dev/null null; mount -t tmpfs -o mode=755 tmpfs /dev
            touch /dev/null; mount --bind null /dev/null
            echo 1 >/proc/sys/net/unix/max_dgram_qlen
            socat -u UNIX-RECV:/dev/log OPEN:log,append &
            until [ -e /dev/log ]; do sleep 0.02; done
            redirctl() { timeout 20 \(Program.path) "$@" --state-dir state >printed 2>&1 || echo "status $?"; }
            \(script)
            sleep 0.2
            { kill -KILL %1; wait; } 2>/dev/null
            """,
        ])
        let log = try String(contentsOfFile: "\(scratch.directory)/log", encoding: .utf8)
        return (output, log)
    }

    /// The lines without time, process and severity, and what differs from run to run.
    private func lines(_ log: String) throws -> [String] {
        let head = try Regex("<2[89]>[A-Z][a-z]{2} [ 1-3][0-9] [0-9:]{8} redirctl\\[[0-9]+\\]: ")
        return log.split(separator: head).map { line in
            String(line).replacing(scratch.directory, with: "DIR")
                .replacing(/netns=net-[0-9]+/, with: "netns=NS")
                .replacing(/user=[^ ]+/, with: "user=USER")
                .replacing(/until=[-0-9T:]+Z/, with: "until=TIME")
        }
    }

    @Test func `every change, every end of a trial and every drift is one line`() throws {
        let (first, second) = (try policy(8080), try policy(9090))
        let (output, log) = try run(
            """
            redirctl apply \(first) -m 'the first'
            redirctl apply \(first)
            redirctl plan \(second)
            redirctl apply \(second) --confirm-within 60s
            redirctl extend 5m
            redirctl confirm
            redirctl rollback --confirm-within 60s
            redirctl cancel
            redirctl rollback --confirm-within 1s
            sleep 2.2
            redirctl apply \(second)
            redirctl rollback --confirm-within 1s --revert-by process
            until grep -q generation=5.*reverted log; do sleep 0.1; done
            nft add rule inet redirctl output tcp dport 99 accept
            redirctl check
            redirctl check --all-tables
            redirctl apply --restore
            redirctl remove
            redirctl apply --restore
            """
        )
        #expect(output == "status 2\nstatus 2\n")
        try Golden().check(
            lines(log).joined(separator: "\n").replacing(/\(applied [^)]*\)/, with: "(WHEN)")
                + "\n",
            against: "system-log.txt"
        )
    }

    @Test func `no text of a user's can forge a line or a field`() throws {
        let (_, log) = try run(
            #"""
            printf 'version: 1\nredirects: []\n' >$'a"b\n<29>x.yaml'
            redirctl apply $'a"b\n<29>x.yaml' -m 'x" outcome=removed \ '
            """#
        )
        #expect(!log.contains("\n"), "\(log)")
        let line = try #require(try lines(log).first)
        #expect(line.contains(#"policy="DIR/a\"b\u{a}<29>x.yaml""#), "\(line)")
        #expect(line.hasSuffix(#"message="x\" outcome=removed \\ ""#), "\(line)")
    }

    @Test func `a reader that hangs, or is gone, keeps no command waiting`() throws {
        let (output, log) = try run(
            """
            redirctl apply \(policy(8080))
            kill -STOP %1
            nft add rule inet redirctl output tcp dport 99 accept
            for _ in 1 2 3 4 5 6; do redirctl check; done
            redirctl apply --restore
            rm /dev/log
            redirctl remove
            kill -CONT %1
            """
        )
        #expect(output == String(repeating: "status 2\n", count: 6))
        let count = try lines(log).count
        #expect((2...4).contains(count), "\(log)")
    }

    @Test func `what has changed nothing is not logged`() throws {
        let (output, log) = try run(
            """
            redirctl apply nowhere.yaml
            redirctl apply --restore
            nft 'add table inet redirctl; add set inet redirctl s { type ipv4_addr; }'
            redirctl apply \(policy(8080))
            """
        )
        #expect(output == "status 1\nstatus 1\nstatus 1\n")
        #expect(log.isEmpty, "\(log)")
    }

    @Test func `the option and the variable switch it off`() throws {
        let (_, log) = try run(
            """
            redirctl apply \(policy(8080)) --no-syslog
            redirctl apply \(policy(9090)) --confirm-within 1s --revert-by process --no-syslog
            sleep 2
            nft flush ruleset
            redirctl check --no-syslog
            export REDIRCTL_SYSLOG=0
            redirctl check
            redirctl apply --restore
            """
        )
        #expect(log.isEmpty, "\(log)")
    }
}
