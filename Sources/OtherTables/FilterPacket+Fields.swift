internal import Addressing
internal import CNetfilter

/// What instructions load of a packet.
extension FilterPacket {
    /// The bytes that an instruction loads; `nil` if the kernel ends the rule instead.
    func bytes(of field: PacketField, length: Int) -> PartialBytes? {
        switch field {
        case .meta(let key): meta(key, length)
        case .payload(let base, let offset): header(base)[offset..<offset + length]
        case .connection(let key, let isReply): connection(key, isReply, length)
        case .route(let result, let flags): route(result, flags, length)
        }
    }

    private func meta(_ key: UInt32, _ length: Int) -> PartialBytes {
        switch key {
        case NFT_META_NFPROTO.rawValue:
            PartialBytes([UInt8(family == .ipv4 ? 2 : 10), 0, 0, 0])
        case NFT_META_L4PROTO.rawValue: PartialBytes([transport, 0, 0, 0])
        case NFT_META_PROTOCOL.rawValue where hook != .output:
            PartialBytes(network: UInt16(family == .ipv4 ? 0x0800 : 0x86DD))
        case NFT_META_MARK.rawValue: number(mark)
        case NFT_META_SKUID.rawValue: number(user)
        case NFT_META_SKGID.rawValue: number(group)
        case NFT_META_IIFNAME.rawValue: name(of: input, isPresent: hasInput)
        case NFT_META_OIFNAME.rawValue: name(of: output, isPresent: hasOutput)
        case NFT_META_IIF.rawValue: index(of: input, isPresent: hasInput)
        case NFT_META_OIF.rawValue: index(of: output, isPresent: hasOutput)
        // PACKET_HOST
        case NFT_META_PKTTYPE.rawValue where !isOutbound: PartialBytes([0, 0, 0, 0])
        default: .unknown(length)
        }
    }

    private func number(_ number: UInt32?) -> PartialBytes {
        number.map { PartialBytes(native: $0) } ?? .unknown(4)
    }

    private var hasInput: Bool {
        switch hook {
        case .prerouting, .input, .forward, .ingress: true
        case .postrouting: !isOutbound
        case .output, .egress: false
        }
    }

    private var hasOutput: Bool {
        switch hook {
        case .forward, .output, .postrouting, .egress: true
        case .prerouting, .input, .ingress: false
        }
    }

    /// The kernel has 16 bytes for a name, and an empty one where there is no interface.
    private func name(of interface: Interface?, isPresent: Bool) -> PartialBytes {
        guard let interface else {
            return isPresent ? .unknown(16) : PartialBytes([UInt8](repeating: 0, count: 16))
        }
        let name = isPresent ? Array(interface.name.utf8.prefix(15)) : []
        return PartialBytes(name + [UInt8](repeating: 0, count: 16 - name.count))
    }

    private func index(of interface: Interface?, isPresent: Bool) -> PartialBytes {
        isPresent ? number(interface?.index) : PartialBytes(native: UInt32(0))
    }

    // MARK: - Headers

    private func header(_ base: UInt32) -> PartialBytes {
        guard !isHeaderChanged else { return .unknown(0) }
        return switch base {
        case NFT_PAYLOAD_NETWORK_HEADER.rawValue: networkHeader
        case NFT_PAYLOAD_TRANSPORT_HEADER.rawValue: transportHeader
        default: .unknown(0)
        }
    }

    private var networkHeader: PartialBytes {
        let source = address(source.address)
        let destination = address(destination.address)
        switch family {
        case .ipv4:
            let start: [UInt8?] = [0x45, nil, nil, nil, nil, nil, nil, 0, nil, transport, nil, nil]
            return PartialBytes(start + source + destination)
        case .ipv6:
            return PartialBytes(
                [nil, nil, nil, nil, nil, nil, transport, nil] + source + destination
            )
        }
    }

    private func address(_ address: IPAddress?) -> [UInt8?] {
        let count = family == .ipv4 ? 4 : 16
        guard let address else { return [UInt8?](repeating: nil, count: count) }
        return address.networkBytes
    }

    private var transportHeader: PartialBytes {
        func bytes(_ port: UInt16?) -> [UInt8?] {
            port.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? [nil, nil]
        }
        let ports = bytes(source.port) + bytes(destination.port)
        // The flags of TCP: SYN alone in the first packet, with ACK in the first reply.
        guard transport == 6 else { return PartialBytes(ports) }
        let flags: UInt8? =
            switch tracking {
            case .new: 0x02
            case .reply: nil
            case .established: 0x10
            }
        return PartialBytes(ports + [UInt8?](repeating: nil, count: 9) + [flags])
    }

    // MARK: - Connection tracking

    private func connection(_ key: UInt32, _ isReply: Bool, _ length: Int) -> PartialBytes? {
        // The bit of `ct state invalid` stands for packets that are not tracked yet.
        guard isTracked else {
            return key == NFT_CT_STATE.rawValue ? PartialBytes(native: UInt32(1)) : nil
        }
        switch key {
        case NFT_CT_STATE.rawValue: return PartialBytes(native: tracking.stateBit)
        case NFT_CT_DIRECTION.rawValue:
            return PartialBytes([tracking == .reply ? 1 : 0, 0, 0, 0])
        case NFT_CT_STATUS.rawValue: return statusBytes
        case NFT_CT_MARK.rawValue: return number(connectionMark)
        case NFT_CT_L3PROTOCOL.rawValue:
            return PartialBytes([UInt8(family == .ipv4 ? 2 : 10), 0, 0, 0])
        case NFT_CT_PROTOCOL.rawValue: return PartialBytes([transport, 0, 0, 0])
        case _ where tracking == .reply: return .unknown(length)
        case NFT_CT_SRC.rawValue, NFT_CT_SRC_IP.rawValue, NFT_CT_SRC_IP6.rawValue:
            let end = isReply ? destination.address : source.address
            return PartialBytes(address(end))[0..<length]
        case NFT_CT_DST.rawValue, NFT_CT_DST_IP.rawValue, NFT_CT_DST_IP6.rawValue:
            let end = isReply ? source.address : originalDestination.address
            return PartialBytes(address(end))[0..<length]
        case NFT_CT_PROTO_SRC.rawValue:
            return port(isReply ? destination.port : source.port)
        case NFT_CT_PROTO_DST.rawValue:
            return port(isReply ? source.port : originalDestination.port)
        default: return .unknown(length)
        }
    }

    private func port(_ port: UInt16?) -> PartialBytes {
        port.map { PartialBytes(network: $0) } ?? .unknown(2)
    }

    /// IPS_DST_NAT and IPS_DST_NAT_DONE, and in later packets IPS_SEEN_REPLY, IPS_CONFIRMED and
    /// IPS_SRC_NAT_DONE.
    private var status: UInt32 {
        (isRedirected ? 0x120 : 0) | (tracking == .new ? 0 : 0x8A)
    }

    /// In later packets, IPS_ASSURED and IPS_SRC_NAT are open.
    private var statusBits: UInt32 { tracking == .new ? ~0 : ~0x14 }

    private var statusBytes: PartialBytes {
        let masks = PartialBytes(native: statusBits).bytes
        let bytes = PartialBytes(native: status).bytes
        return PartialBytes(zip(bytes, masks).map { $1 == 0xFF ? $0 : nil })
    }

    /// What is known of bytes that are not known as a whole, by their places.
    func partlyKnown(of field: PacketField, _ length: Int) -> [Int: KnownBits] {
        switch field {
        case .payload(NFT_PAYLOAD_NETWORK_HEADER.rawValue, let offset)
        where family == .ipv4 && !isHeaderChanged && (offset..<offset + length).contains(6):
            // It is no fragment, and only the flag DF is open.
            return [6 - offset: KnownBits(mask: 0xBF, value: 0)]
        case .connection(NFT_CT_STATUS.rawValue, _) where isTracked:
            let masks = PartialBytes(native: statusBits).known ?? []
            let values = PartialBytes(native: status).known ?? []
            let known = zip(masks, values).enumerated().map { place, pair in
                (place, KnownBits(mask: pair.0, value: pair.1 & pair.0))
            }
            return Dictionary(uniqueKeysWithValues: known)
        default: return [:]
        }
    }

    // MARK: - Routing

    private func route(_ result: UInt32, _ flags: UInt32, _ length: Int) -> PartialBytes {
        let asksForDestination = flags & NFTA_FIB_F_DADDR.rawValue != 0
        switch result {
        case NFT_FIB_RESULT_ADDRTYPE.rawValue where asksForDestination:
            guard let isToThisMachine else { return .unknown(4) }
            // RTN_LOCAL or RTN_UNICAST
            return PartialBytes(native: UInt32(isToThisMachine ? 2 : 1))
        // There is a way back to the sender: what fails this test has no connections at all.
        case _ where !asksForDestination && result != NFT_FIB_RESULT_ADDRTYPE.rawValue:
            let isPresence = flags & NFTA_FIB_F_PRESENT.rawValue != 0
            return isPresence
                ? PartialBytes([1, 0, 0, 0])
                : PartialBytes([UInt8?](repeating: 0xFF, count: length))
        default: return .unknown(length)
        }
    }
}

extension IPAddress {
    /// The bytes as a packet has them.
    var networkBytes: [UInt8] {
        (0..<family.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    }
}
