import Addressing
import Diagnostics
import PolicyModel

/// A connection as it was written, with the place of what its outcome can contradict.
struct ConnectionParts {
    let connection: Connection
    let destination: SourceSpan
}

/// What follows the destination of a connection, as far as it could be decoded.
struct ConnectionOptions {
    /// An address, and a port where one is named.
    var source: Field<(address: IPAddress, port: Port?)> = .absent
    var interface: String?
    var user: UInt32?
    var group: UInt32?
    var cgroup: CgroupPath?
    var mark: UInt32?

    /// Where each key stands first.
    var places: [ConnectionKey: SourceSpan] = [:]
}
