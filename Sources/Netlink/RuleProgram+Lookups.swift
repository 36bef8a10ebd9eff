internal import Addressing
internal import RulesetModel

/// Questions to maps.
extension RuleProgram {
    /// Follows a look-up in a map, or returns `false` if no rule of ours makes it.
    mutating func map(_ from: Register, _ name: String, _ to: Register) -> Bool {
        guard let map = surroundings.sets[name]?.declaration,
            let lookup = lookup(from, in: name, map)
        else { return false }
        switch map.value {
        case .port: return registers.write(.found(.port, by: lookup), to: to)
        case .address(let family):
            return registers.write(.found(.address(family), by: lookup), to: to)
        case .addressAndPort(let family):
            let next = to.advanced(by: KeyPart.address(family).words)
            return registers.write(.found(.addressBeforePort(family), by: lookup), to: to)
                && registers.write(.found(.portAfterAddress, by: lookup), to: next)
        case .verdict, .member: return false
        }
    }

    /// Follows the question whether a named set has what is in the registers, or returns false if no
    /// rule of ours asks it.
    mutating func askForMember(_ from: Register, of name: String, _ set: MapDeclaration) -> Bool {
        guard stage == .tests, let lookup = lookup(from, in: name, set) else { return false }
        return selector.add(member: lookup)
    }

    /// The look-up in a map of verdicts.
    mutating func verdict(_ from: Register, by name: String) -> Lookup? {
        guard let map = surroundings.sets[name]?.declaration, map.value == .verdict else {
            return nil
        }
        return lookup(from, in: name, map)
    }

    private mutating func lookup(
        _ from: Register,
        in name: String,
        _ map: MapDeclaration
    ) -> Lookup? {
        var key: [KeyField] = []
        var register = from
        for part in map.key {
            guard let loaded = registers.field(register), let field = keyField(loaded),
                KeyPart(field) == part, loaded.order == map.order(of: part)
            else { return nil }
            key.append(field)
            register = register.advanced(by: part.words)
        }
        selector.note(key)
        return Lookup(name, by: key)
    }

    private func keyField(_ loaded: LoadedField) -> KeyField? {
        guard loaded.mask == nil else { return nil }
        switch loaded.field {
        case .inputInterface: return .inputInterface
        case .outputInterface: return .outputInterface
        case .user: return .user
        case .group: return .group
        case .mark: return .mark
        case .transport: return .transport
        case .network(let offset):
            // Without the family, nobody knows what stands there.
            guard let family,
                let part = HeaderPart.addresses(of: family).first(where: { $0.offset == offset }),
                part.length == loaded.length
            else { return nil }
            return part.side == .source ? .sourceAddress(family) : .destinationAddress(family)
        case .ports(let offset):
            guard let part = HeaderPart.ports.first(where: { $0.offset == offset }),
                part.length == loaded.length
            else { return nil }
            return part.side == .source ? .sourcePort : .destinationPort
        case .family, .codePoint, .status, .label, .originalAddress, .originalPort,
            .destinationType, .cgroup,
            .draw:
            return nil
        }
    }
}
