internal import CTestSupport
internal import Glibc

/// A host of a ``Lab``: a network namespace with addresses, routes, servers and clients.
public final class LabHost {
    /// The host's name, for messages.
    public let name: String

    private let thread: NamespaceThread?

    /// Creates the host whose namespace is that of the calling thread.
    init(here name: String) {
        self.name = name
        thread = nil
    }

    /// Creates a host in a namespace of its own.
    init(elsewhere name: String) throws {
        self.name = name
        thread = try NamespaceThread()
    }

    deinit { thread?.stop() }

    /// Whether the host is where the calling thread is.
    var isHere: Bool { thread == nil }

    /// The number under which ip-link(8) finds the namespace.
    var number: Int32 { thread?.number ?? 0 }

    /// Runs a closure in the host's namespace; sockets that it opens stay there.
    public func run<Result>(_ body: @escaping () throws -> Result) throws -> Result {
        guard let thread else { return try body() }
        return try thread.run(body)
    }

    /// Runs a program in the host's namespace.
    @discardableResult
    public func run(_ words: String..., input: String = "") throws -> String {
        try run { try LabCommand.run(words, input: input) }
    }

    /// Carries out commands of ip(8), one each.
    public func ip(_ commands: [String]) throws {
        try run("ip", "-batch", "-", input: commands.joined(separator: "\n") + "\n")
    }

    /// Loads a script of nft(8).
    public func nft(_ script: String) throws {
        try run("nft", "-f", "-", input: script)
    }

    /// Sets a kernel parameter, such as `net/ipv4/ip_forward`.
    public func set(_ parameter: String, to value: Int) throws {
        try run {
            guard let file = fopen("/proc/sys/\(parameter)", "w"),
                fputs("\(value)\n", file) >= 0, fclose(file) == 0
            else { throw NamespaceThread.Refusal(description: "\(parameter) can't be set") }
        }
    }

    /// Waits until a device can send, and its addresses can be found.
    ///
    /// The kernel notices in its own time that a cable is plugged in. An address of IPv6 is then
    /// tentative until a work queue has come to it, even without duplicate address detection
    /// (`addrconf_dad_work`). On a busy machine that takes a while; whoever looks for the address
    /// meanwhile gets no answer, and asks again after a second only.
    func awaitDevice(_ name: String) throws {
        try run {
            let error = ctest_await_device(name)
            guard error == 0 else { throw NamespaceThread.Refusal(description: "\(name) is down") }
            for _ in 0..<30_000 {
                if try Self.hasUsableAddresses(name) { return }
                usleep(1000)
            }
            throw NamespaceThread.Refusal(description: "\(name) has tentative addresses only")
        }
    }

    /// Whether a device has the address that neighbours are looked for from, and none is tentative.
    ///
    /// The kernel's table has an address, the device's number, a length, a scope, flags and the
    /// device's name in each line.
    private static func hasUsableAddresses(_ device: String) throws -> Bool {
        let table = try TestFile.read("/proc/thread-self/net/if_inet6")
        let lines = String(decoding: table, as: UTF8.self).split(separator: "\n")
            .map { $0.split(separator: " ") }.filter { $0.count == 6 && $0[5] == device }
        let (linkLocal, tentative) = ("20", 0x40)
        return lines.contains { $0[3] == linkLocal }
            && lines.allSatisfy { (Int($0[4], radix: 16) ?? tentative) & tentative == 0 }
    }

    /// Makes the host answer at every address there is, those of its neighbours excepted.
    public func ownAllAddresses() throws {
        // Not into the table `local`, which is asked before the one with the neighbours.
        try ip([
            "route add local 0.0.0.0/0 dev lo table main",
            "route add local ::/0 dev lo table main",
        ])
        // So that an answer can come from any of them; IPv4 does not ask.
        try set("net/ipv6/ip_nonlocal_bind", to: 1)
    }

    /// Sends everything that is for no neighbour by way of one of them.
    public func routeAll(viaIPv4 ipv4: String, ipv6: String) throws {
        try ip(["route add 0.0.0.0/0 via \(ipv4)", "route add ::/0 via \(ipv6)"])
    }
}
