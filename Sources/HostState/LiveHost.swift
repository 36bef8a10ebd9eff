public import Addressing
internal import CLinux
internal import Glibc

/// The host and network namespace of the calling thread.
///
/// What was read once is remembered, so a value is a picture of one moment.
public final class LiveHost: Host {
    /// The network interfaces.
    public private(set) lazy var interfaces: [NetworkInterface] = InterfaceList.read()

    /// The sockets that wait for connections.
    public private(set) lazy var listeners = ListenerList.read()

    /// For how many sockets the files of all processes are looked through.
    private static let mostPrograms = 20

    private var routingRules: [IPFamily: Bool] = [:]
    private var programs: [UInt32: String?] = [:]
    /// The version of the kernel.
    public private(set) lazy var kernelVersion =
        HostFile.text(
            "/proc/sys/kernel/osrelease",
            atMost: 64
        )?.split(separator: ".").prefix(2).compactMap { Int($0.prefix(while: \.isNumber)) } ?? []

    private lazy var modules = KernelModules()
    private lazy var routes = RouteQuestions()
    private var parameters: [String: Int?] = [:]

    /// Creates a host of which nothing is read yet.
    public init() {}

    /// The name of a program that has a listener open.
    public func program(of listener: Listener) -> String? {
        if let known = programs[listener.inode] { return known }
        guard programs.count < Self.mostPrograms else { return nil }
        let name = Processes.name(ofSocket: listener.inode)
        programs[listener.inode] = .some(name)
        return name
    }

    /// Whether the kernel has a module or can load it.
    public func hasModule(_ name: String) -> Bool? { modules.contains(name) }

    /// Whether there is a control group of version 2.
    public func hasControlGroup(_ path: CgroupPath) -> Bool? {
        guard clinux_cgroup2_at(CgroupPath.hierarchy) == 0 else { return nil }
        return access("\(CgroupPath.hierarchy)/\(path.text)", F_OK) == 0
    }

    /// The number in a file below `/proc/sys`.
    public func parameter(_ path: String) -> Int? {
        if let known = parameters[path] { return known }
        let number = HostFile.text("/proc/sys/\(path)", atMost: 64).flatMap { text in
            Int(text.prefix { $0 != "\n" && $0 != "\t" && $0 != " " })
        }
        parameters[path] = .some(number)
        return number
    }

    /// The way to an address.
    public func route(to address: IPAddress) -> Route { routes.route(to: address) }

    /// Whether the way of a packet of a family depends on more than its destination.
    public func hasRoutingRules(_ family: IPFamily) -> Bool {
        if let known = routingRules[family] { return known }
        let answer = RoutingRules.exist(family)
        routingRules[family] = answer
        return answer
    }

    /// The route that refuses packets to an address.
    public func refusingRoute(to address: IPAddress) -> String? {
        RoutingRules.refusingRoute(to: address)
    }
}

/// Files in which the kernel describes itself.
enum HostFile {
    /// The beginning of a file; `nil` if it can't be read.
    static func text(_ path: String, atMost limit: Int) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: limit)
        var size = 0
        while size < limit {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(file, buffer.baseAddress?.advanced(by: size), limit - size)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            size += count
        }
        return String(decoding: bytes.prefix(size), as: UTF8.self)
    }
}
