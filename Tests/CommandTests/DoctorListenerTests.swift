import Addressing
import TestSupport
import Testing

/// What `doctor` says of targets on the machine itself.
@Suite(.networkNamespace) struct DoctorListenerTests {
    private func inbound(_ target: String, _ transport: String = "tcp") -> String {
        """
          - name: web
            direction: inbound
            match: {family: ipv4, protocol: \(transport), destination: {port: 80}}
            to: {\(target)}
        """
    }

    @Test(arguments: [TransportProtocol.tcp, .udp])
    func `a server on 127.0.0.1 is not reached by local`(transport: TransportProtocol) throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let (machine, client) = (doctor.lab.machine, try doctor.lab.client)
        var servers = [try machine.serve(transport, at: "127.0.0.1:8080")]
        try doctor.apply(inbound("local: 8080", transport.rawValue))
        let finding = try doctor.expectMended(
            "no-listener",
            of: "web",
            by: { finding in
                #expect(finding.advice == "let the server listen on 0.0.0.0:8080")
                servers = []
                servers.append(try machine.serve(transport, at: "0.0.0.0:8080"))
            },
            { try client.reaches("10.3.0.1:80", transport) }
        )
        withExtendedLifetime(servers) {}
        #expect(finding.sentence.contains("listens on 127.0.0.1:8080"), "\(finding)")
    }

    @Test func `nobody listens, or over the other protocol`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let (machine, client) = (doctor.lab.machine, try doctor.lab.client)
        var servers = [try machine.serve(.udp, at: "10.1.0.1:8080")]
        try doctor.apply(inbound("address: 10.1.0.1, port: 8080"))
        let finding = try doctor.expectMended(
            "no-listener",
            of: "web",
            by: { finding in
                #expect(finding.advice == "start a server that listens on tcp 10.1.0.1:8080")
                servers.append(try machine.serve(.tcp, at: "10.1.0.1:8080"))
            },
            { try client.reaches("10.3.0.1:80") }
        )
        withExtendedLifetime(servers) {}
        #expect(finding.sentence.contains("listens on udp 10.1.0.1:8080"), "\(finding)")
    }

    @Test func `a server on IPv4 is not reached over IPv6`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let (machine, client) = (doctor.lab.machine, try doctor.lab.client)
        var servers = [try machine.serve(.tcp, at: "0.0.0.0:8080")]
        try doctor.apply(inbound("local: 8080").replacing("family: ipv4, ", with: ""))
        #expect(try client.reaches("10.3.0.1:80"))
        try doctor.expectMended(
            "no-listener",
            of: "web",
            by: { finding in
                #expect(!finding.sentence.contains("10.3.0.1"))
                #expect(
                    finding.advice
                        == "let the server also listen on [::]:8080, or on that address alone "
                        + "for both families"
                )
                servers.append(try machine.serve(.tcp, at: "[::]:8080"))
            },
            { try client.reaches("[fd03::1]:80") }
        )
        withExtendedLifetime(servers) {}
    }

    @Test func `a server of IPv6 that also takes IPv4 counts for both`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let (machine, client) = (doctor.lab.machine, try doctor.lab.client)
        var servers = [try machine.serve(.tcp, at: "[::]:8080")]
        try doctor.apply(inbound("local: 8080").replacing("family: ipv4, ", with: ""))
        try doctor.expectMended(
            "no-listener",
            of: "web",
            by: { _ in
                servers = []
                servers.append(try machine.serve(.tcp, at: "[::]:8080", takesBoth: true))
            },
            { try client.reaches("10.3.0.1:80") }
        )
        #expect(try client.reaches("[fd03::1]:80"))
        withExtendedLifetime(servers) {}
    }

    @Test func `connections of the machine itself arrive at 127.0.0.1`() throws {
        let doctor = try DoctorLab(.withInternet())
        let machine = doctor.lab.machine
        var servers = [try machine.serve(.tcp, at: "10.1.0.1:8080")]
        try doctor.apply(inbound("local: 8080").replacing("inbound", with: "outbound"))
        try doctor.expectMended(
            "no-listener",
            of: "web",
            by: { finding in
                #expect(finding.advice == "let the server listen on 127.0.0.1:8080")
                servers.append(try machine.serve(.tcp, at: "127.0.0.1:8080"))
            },
            { try machine.reaches("198.51.100.7:80") }
        )
        withExtendedLifetime(servers) {}
    }

    @Test func `a port of an address that stays`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let (machine, client) = (doctor.lab.machine, try doctor.lab.client)
        var servers = [try machine.serve(.tcp, at: "10.1.0.1:8080")]
        try doctor.apply(
            inbound("port: 8080").replacing("{port: 80}", with: "{address: 10.3.0.1, port: 80}")
        )
        try doctor.expectMended(
            "no-listener",
            of: "web",
            by: { _ in servers.append(try machine.serve(.tcp, at: "10.3.0.1:8080")) },
            { try client.reaches("10.3.0.1:80") }
        )
        withExtendedLifetime(servers) {}
    }

    @Test func `of a range of ports, one that is served is enough`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let (machine, client) = (doctor.lab.machine, try doctor.lab.client)
        var servers: [EchoServer] = []
        try doctor.apply(
            inbound("address: 10.1.0.1, port: 5000-5009")
                .replacing("{port: 80}", with: "{port: 6000-6009}")
        )
        try doctor.expectMended(
            "no-listener",
            of: "web",
            isCertain: false,
            by: { _ in servers.append(try machine.serve(.tcp, at: "10.1.0.1:5003")) },
            { try client.reaches("10.3.0.1:6003") }
        )
        withExtendedLifetime(servers) {}
    }

    @Test func `a server that is bound to an interface is reached there only`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let client = try doctor.lab.client
        let listener = "socket.socket(); s.setsockopt(1, 25, b'machine1'); s.bind(('', 8080)); "
        let script =
            "import socket, time; s = \(listener)s.listen(); print(1, flush=True); time.sleep(60)"
        let bound = try Program(["python3", "-c", script])
        defer { bound.signal(9) }
        try doctor.apply(
            inbound("local: 8080").replacing("{family", with: "{interface: machine2, family")
        )
        for _ in 0..<100 where try !doctor.lab.machine.run("ss", "-Hltn").contains("8080") {
            try DoctorLab.shell("sleep 0.05")
        }
        var servers: [EchoServer] = []
        let finding = try doctor.expectMended(
            "no-listener",
            of: "web",
            by: { _ in
                bound.signal(9)
                _ = try bound.wait()
                servers.append(try doctor.lab.machine.serve(.tcp, at: "0.0.0.0:8080"))
            },
            { try client.reaches("10.3.0.1:80") }
        )
        withExtendedLifetime(servers) {}
        #expect(finding.sentence.contains("python3 listens on 0.0.0.0:8080"), "\(finding)")
    }
}
