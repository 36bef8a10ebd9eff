import TestSupport
import Testing

/// What an operator sees of a policy's life on a terminal, at four widths, with and without colour.
@Suite(.networkNamespace) struct SessionTests {
    private let scratch: Scratch
    private let lab: Lab
    private let server: EchoServer

    init() throws {
        // A machine on which the redirects would work, so that nothing warns of it.
        lab = try Lab.withInternet()
        try lab.join(lab.machine, ["10.9.0.1/24"], to: lab.addHost("office"), ["10.9.0.2/24"])
        try lab.machine.ip(["link set lo up"])
        try lab.machine.set("net/ipv4/ip_forward", to: 1)
        try lab.machine.set("net/ipv6/conf/all/forwarding", to: 1)
        server = try lab.machine.serve(ports: [5353, 8080])
        let scratch = try Scratch()
        self.scratch = scratch
        _ = try scratch.file("first.yaml", Self.policy)
        let second = Self.policy
            .replacing("10.2.0.2, port: 22", with: "10.2.0.3, port: 22")
            .replacing("[192.0.2.7, 192.0.2.8]", with: "[192.0.2.8, 192.0.2.9]")
            .replacing("  - name: dns\n", with: "  - name: resolver\n")
        _ = try scratch.file("second.yaml", second)
        _ = try scratch.file("wrong.yaml", Self.wrong)
        _ = try scratch.file("session", Self.session)
    }

    @Test(arguments: [60, 80, 120, 200])
    func `a session on a terminal of so many columns`(_ columns: Int) throws {
        let text = try play(columns)
        // What can't be broken, such as a rule in nft's words, may be longer.
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("      →") }
        #expect(rows.isEmpty == (columns == 200))
        #expect(rows.allSatisfy { $0.count <= columns }, "\(rows)")
        try Golden().check(text, against: "session-\(columns).txt")
    }

    @Test func `the same in colour`() throws {
        let text = try play(80, "--color always").replacing("\u{1B}", with: "␛")
        try Golden().check(text, against: "session-80-colour.txt")
    }

    /// What a terminal shows of the session, without progress, which depends on the time, and without what differs between runs.
    private func play(_ columns: Int, _ options: String = "") throws -> String {
        let shell = """
            stty cols \(columns); cd \(scratch.directory); export TERM=dumb \
            REDIRCTL_STATE_DIR=\(scratch.directory)/state PROGRAM="\(Program.path) \(options)"; sh session
            """
        return try LabCommand.run(["script", "-qec", shell, "/dev/null"])
            .replacing("\r\n", with: "\n")
            .replacing(scratch.directory, with: "/tmp/redirctl-test-XXXXXX")
            .replacing(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, with: "2027-01-15 08:00:00")
            .replacing(/handle \d+/, with: "handle 50")
            .replacing(/net-\d{10}/, with: "net-4026532000")
    }

    private static let session = """
        redirctl() {
            printf '\\n$ redirctl %s\\n' "$*"
            $PROGRAM "$@"
            status=$?
            [ "$status" = 0 ] || echo "[exit status $status]"
        }
        redirctl validate wrong.yaml
        redirctl validate first.yaml
        redirctl test first.yaml --coverage
        redirctl explain first.yaml inbound tcp 203.0.113.5:443
        redirctl explain first.yaml outbound udp 192.0.2.53:53
        redirctl compile --explain first.yaml
        redirctl status
        redirctl check
        redirctl plan first.yaml
        redirctl apply first.yaml --message 'the first'
        redirctl apply first.yaml
        redirctl status
        redirctl status 'web*' ssh --sort name --top 1
        redirctl check
        redirctl plan second.yaml
        redirctl plan second.yaml --objects
        redirctl diff first.yaml second.yaml
        redirctl diff second.yaml
        redirctl apply second.yaml
        nft add rule inet redirctl prerouting tcp dport 9 accept
        redirctl check
        redirctl diff --objects
        redirctl apply --restore
        redirctl rollback --plan
        redirctl rollback
        redirctl history
        redirctl history --diff 1 2
        redirctl history show 2
        redirctl status --all-tables
        redirctl remove --plan
        redirctl remove --yes
        redirctl check
        redirctl status
        redirctl history
        redirctl list
        redirctl apply --dry-run first.yaml

        """

    private static let policy = """
        version: 1
        addresses:
          offices: [192.0.2.0/26, 198.51.100.0/24, 203.0.113.128/25, 2001:db8:1::/48]
        redirects:
          - name: web-of-the-main-office
            description: The proxy in the cellar
            direction: inbound
            match:
              protocol: tcp
              source: {address: offices}
              destination: {address: 203.0.113.5, port: [80, 443, 8000-8010]}
            except:
              - source: {address: [192.0.2.7, 192.0.2.8]}
            to: {address: 10.2.0.9, port: 8080}
            masquerade: true
          - name: ssh
            direction: inbound
            match: {protocol: tcp, destination: {address: local, port: 2222}}
            to: {address: 10.2.0.2, port: 22}
          - name: dns
            direction: outbound
            match: {protocol: [tcp, udp], destination: {port: 53}}
            except: [{user: 65534}]
            to: {local: 5353}
          - name: pool
            description: Three parts for the larger machine
            direction: inbound
            match: {protocol: tcp, destination: {address: 203.0.113.6, port: 443}}
            to:
              balance: random
              targets: [{address: 10.3.0.1, weight: 3}, {address: 10.3.0.2}]
          - name: passive-ftp
            direction: inbound
            match: {protocol: tcp, destination: {address: 203.0.113.7, port: 50000-50999}}
            to: {address: 10.4.0.1, port: 40000-40999}
          - name: mail6
            direction: inbound
            match: {protocol: tcp, destination: {address: "2001:db8::25", port: 25}}
            to: {address: "2001:db8:ffff:ffff:ffff:ffff:ffff:25", port: 2525}
          - name: loopback-stays
            direction: outbound
            match: {protocol: tcp, destination: {address: 127.0.0.0/8, port: 80}}
            bypass: true
          - name: http
            direction: outbound
            match: {protocol: tcp, destination: {port: 80}}
            except: [{user: 65534}]
            to: {port: 8080}
          - name: "off"
            description: Until the new line is there
            enabled: false
            direction: inbound
            match: {protocol: tcp, destination: {address: 203.0.113.8, port: 25}}
            to: {address: 10.2.0.25}
        tests:
          - connection: inbound tcp 192.0.2.20 -> 203.0.113.5:443
            expect: 10.2.0.9:8080
          - connection: outbound tcp 198.51.100.7:80
            expect: 198.51.100.7:8080

        """

    private static let wrong = """
        version: 1
        redirects:
          - name: web
            direction: inbond
            match: {protocol: tcp, destination: {address: 203.0.113.5/24, port: 80443}}
            to: {address: web.example.com, prot: 8080}

        """
}
