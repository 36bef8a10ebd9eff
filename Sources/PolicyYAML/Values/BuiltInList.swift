import Addressing

/// The lists of addresses that every policy has without defining them.
enum BuiltInList: String, CaseIterable {
    /// Networks that everybody may use inside.
    case `private`
    /// What cannot be a host in the public internet.
    case reserved

    /// The addresses.
    ///
    /// `private` is RFC 1918 and RFC 4193. `reserved` is what IANA's registries of special-purpose
    /// addresses (RFC 6890) call not globally reachable, and multicast; not `192.88.99.0/24` and
    /// `2001::/23`, parts of which are reachable.
    var prefixes: [String] {
        switch self {
        case .private: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]
        case .reserved:
            Self.private.prefixes + [
                "0.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24",
                "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
                "224.0.0.0/4", "240.0.0.0/4", "::/127", "::ffff:0:0/96", "64:ff9b:1::/48",
                "100::/64", "2001:2::/48", "2001:db8::/32", "3fff::/20", "5f00::/16", "fe80::/10",
                "ff00::/8",
            ]
        }
    }

    /// The addresses as a set.
    fileprivate var addresses: AddressSet {
        AddressSet(prefixes.compactMap { try? AddressRange(parsing: $0) })
    }
}

extension Definitions {
    /// Defines the lists that the policy does not define itself.
    ///
    /// A policy's own list of such a name comes first: it may be older than the built-in one.
    mutating func defineBuiltInLists() {
        for list in BuiltInList.allCases where state(of: list.rawValue, .addresses) == .absent {
            define(list.rawValue, as: list.addresses)
            builtIn.insert(list.rawValue)
        }
    }
}
