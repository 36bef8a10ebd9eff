public import Addressing

/// What decides on this machine whether redirected connections arrive.
///
/// Everything is that of one network namespace. Whoever examines a host gets facts only; what they mean is
/// for the module `Doctor`.
public protocol Host {
    /// The network interfaces; empty if the kernel does not list them.
    var interfaces: [NetworkInterface] { get }

    /// The version of the kernel, such as `[6, 1]`; empty if it is not known.
    var kernelVersion: [Int] { get }

    /// Whether the kernel has a module or can load it; `nil` if that can't be told, as in a container.
    func hasModule(_ name: String) -> Bool?

    /// Whether there is a control group of version 2; `nil` if their hierarchy is not mounted.
    func hasControlGroup(_ path: CgroupPath) -> Bool?

    /// The sockets that wait for connections.
    var listeners: Listeners { get }

    /// The name of a program that has a listener open; `nil` if it can't be told.
    func program(of listener: Listener) -> String?

    /// The number in a file below `/proc/sys`, such as `net/ipv4/ip_forward`; `nil` if it can't be read.
    func parameter(_ path: String) -> Int?

    /// The way to an address, as for a packet of this machine.
    func route(to address: IPAddress) -> Route

    /// Whether the way of a packet of a family depends on more than its destination: there are routing
    /// rules besides those that every machine has (ip-rule(8)).
    func hasRoutingRules(_ family: IPFamily) -> Bool

    /// The route that refuses packets to an address, in the words of ip-route(8), such as
    /// `blackhole 192.0.2.0/24`; `nil` if there is none.
    func refusingRoute(to address: IPAddress) -> String?
}

/// A network interface of a host.
public struct NetworkInterface: Sendable, Hashable {
    /// The name.
    public var name: String

    /// The number in its network namespace.
    public var index: Int32

    /// Whether it is switched on (IFF_UP).
    public var isUp: Bool

    /// Whether it is a loopback device.
    public var isLoopback: Bool

    /// The number of the bridge that it is a port of; `nil` if it is none.
    public var bridge: Int32?

    /// Whether it, as a port of a bridge, sends packets back to where they came from (hairpin mode).
    public var isHairpin: Bool

    /// The usable addresses; the first one of IPv4 is that to which nftables' `redirect` leads.
    public var addresses: [IPAddress]

    /// Creates an interface.
    public init(
        name: String,
        index: Int32,
        isUp: Bool = true,
        isLoopback: Bool = false,
        bridge: Int32? = nil,
        isHairpin: Bool = false,
        addresses: [IPAddress] = []
    ) {
        self.name = name
        self.index = index
        self.isUp = isUp
        self.isLoopback = isLoopback
        self.bridge = bridge
        self.isHairpin = isHairpin
        self.addresses = addresses
    }
}

/// The kernel's answer to the question where packets to an address go.
public enum Route: Sendable, Hashable {
    /// To this machine itself.
    case local
    /// To another host, by the interface of this number.
    case interface(Int32)
    /// To all hosts of the network of the interface of this number.
    case broadcast(Int32)
    /// Nowhere, for the reason that the errno gives.
    case none(errno: Int32)
    /// The kernel did not answer.
    case unknown
}
