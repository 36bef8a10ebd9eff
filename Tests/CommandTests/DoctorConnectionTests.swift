import TestSupport
import Testing

/// The way of one connection, as `doctor --connection` and `explain --live` tell it.
@Suite(.networkNamespace) struct DoctorConnectionTests {
    private static let redirect = """
          - name: web
            direction: inbound
            match: {protocol: tcp, destination: {address: 10.3.0.1, port: 80}}
            to: {address: 10.1.0.2, port: 8080}
        """

    private static let firewall = """
        table inet other {
            chain forwards {
                type filter hook forward priority 0; policy drop;
                ct state established accept
            }
        }
        """

    @Test func `the first obstacle is named`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        try doctor.apply(Self.redirect)
        try doctor.lab.machine.nft(Self.firewall)
        try doctor.lab.machine.set("net/ipv4/ip_forward", to: 0)
        let connection = ["doctor", "--connection", "inbound tcp 10.3.0.2 -> 10.3.0.1:80"]
        let ending = try doctor.scratch.redirctl(connection)
        #expect(ending.status == 2)
        #expect(
            ending.output.hasSuffix("dropped\n") && ending.output.contains("First obstacle: IPv4"),
            "\(ending.output)"
        )
        try doctor.lab.machine.set("net/ipv4/ip_forward", to: 1)
        let json = try JSON(try doctor.scratch.redirctl(connection + ["--format", "json"]).output)
        #expect(json["ways", "0", "obstacle", "code"] == .text("blocked-by-table"))
        #expect(json["ways", "0", "target"] == .text("10.1.0.2:8080"))
        #expect(json["otherTables", "read"] == .list([.text("inet other")]))
        try doctor.lab.machine.run("nft", "delete table inet other")
        let after = try doctor.scratch.redirctl(connection)
        #expect(after.status == 0)
        #expect(after.output.hasSuffix("No obstacle was found.\n"))
        #expect(after.output.contains("target: not examined: 10.1.0.2 is another machine\n"))
    }

    @Test func `what can't be read is not called free of obstacles`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        try doctor.apply(Self.redirect)
        try doctor.lab.machine.nft(Self.firewall)
        let policy = "\(doctor.scratch.directory)/policy.yaml"
        let words = [Program.path, "doctor", policy]
        let powerless = ["setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin"]
        let walk = try Program.run(
            powerless + words + ["--connection", "inbound tcp 10.3.0.2 -> 10.3.0.1:80"]
        )
        #expect(walk.output.contains("redirected: not examined: they could not be read\n"))
        #expect(walk.output.hasSuffix("No obstacle was found in what could be examined.\n"))
        let all = try Program.run(powerless + words)
        #expect(all.output.contains("No problems found in what could be examined: "), "\(all)")
    }

    @Test func `an address is this machine's or is not`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        try doctor.apply(Self.redirect.replacing("10.3.0.1", with: "local"))
        func follow(_ address: String) throws -> String {
            let words = ["doctor", "--connection", "inbound tcp \(address):80"]
            return try doctor.scratch.redirctl(words).output
        }
        #expect(try follow("10.3.0.1").contains("redirects it to 10.1.0.2:8080."))
        let elsewhere = try follow("10.9.9.9")
        #expect(elsewhere.contains("\n10.9.9.9 is no address of this machine.\n"), "\(elsewhere)")
        #expect(elsewhere.hasSuffix("so there is nothing to examine.\n"))
    }

    @Test func `a table that is gone is an obstacle`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        try doctor.apply(Self.redirect)
        try doctor.lab.machine.nft("flush ruleset")
        let walk = ["doctor", "--connection", "inbound tcp 10.3.0.2 -> 10.3.0.1:80"]
        for words in [["doctor"], walk] {
            let ending = try doctor.scratch.redirctl(words)
            #expect(ending.status == 2 && ending.output.contains("[table-differs]"), "\(ending)")
        }
        #expect(try doctor.scratch.redirctl("check", "--heal").status == 0)
        let after = try doctor.scratch.redirctl("doctor")
        #expect(!after.output.contains("[table-differs]"))
    }

    @Test func `a connection that no redirect takes has nothing to examine`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        try doctor.apply(Self.redirect)
        let ending = try doctor.scratch.redirctl(
            "doctor",
            "--connection",
            "inbound tcp 10.3.0.1:81"
        )
        #expect(ending.status == 0)
        #expect(ending.output.hasSuffix("so there is nothing to examine.\n"))
    }

    @Test func `a mistake in the connection is shown`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let ending = try doctor.scratch.redirctl(
            "doctor",
            "--connection",
            "inbound tpc 10.3.0.1:81"
        )
        #expect(ending.status == 1)
        #expect(ending.errors.contains("tpc"))
    }

    @Test func `explain names the obstacle, too`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        try doctor.apply(Self.redirect)
        let words = ["explain", "--live", "inbound", "tcp", "10.3.0.1:80"]
        let sane = try doctor.scratch.redirctl(words).output
        #expect(!sane.contains("doctor"))
        try doctor.lab.machine.nft(Self.firewall)
        #expect(
            try doctor.scratch.redirctl(words).output == sane + """

                In its way, as `doctor` finds:
                  ! connections to tcp 10.1.0.2:8080 are dropped by the policy of chain `forwards` in \
                table `inet other` [blocked-by-table]
                      accept them; a reload of that firewall drops this rule, so write it into the \
                firewall's own configuration, too
                      nft insert rule inet other forwards ip daddr 10.1.0.2 tcp dport 8080 ct status dnat \
                accept
                Tables of other programs that were read: inet other

                """
        )
    }
}
