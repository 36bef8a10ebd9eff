internal import CNetfilter
internal import RulesetModel

extension LiveChain {
    /// Reads a chain; `nil` if it has no name or no handle.
    ///
    /// Newer kernels send more attributes. Those that change the chain's meaning come with a flag.
    init?(_ chain: Attributes) {
        guard let name = chain[NFTA_CHAIN_NAME]?.text,
            let handle = chain[NFTA_CHAIN_HANDLE]?.number(UInt64.self)
        else { return nil }
        self.init(name: name, handle: handle, attachment: Attachment(chain, name: name))
    }
}

extension LiveChain.Attachment {
    fileprivate init(_ chain: Attributes, name: String) {
        guard let hook = chain.nest(NFTA_CHAIN_HOOK) else {
            self = chain[NFTA_CHAIN_HOOK] == nil ? .none : .other("a hook that can't be read;")
            return
        }
        let type = chain[NFTA_CHAIN_TYPE]?.text ?? ""
        let number = hook.number(NFTA_HOOK_HOOKNUM)
        let priority = hook.number(NFTA_HOOK_PRIORITY).map { Int32(bitPattern: $0) }
        let policy = chain.number(NFTA_CHAIN_POLICY)
        // Kernels before 5.9 don't set the flag of a base chain.
        let flags = chain.flags(NFTA_CHAIN_FLAGS) | NFT_CHAIN_BASE.rawValue
        if type == "nat", flags == NFT_CHAIN_BASE.rawValue, let priority,
            hook[NFTA_HOOK_DEV] == nil, hook[NFTA_HOOK_DEVS] == nil,
            let ours = number.flatMap(Hook.init(number:)), ours.rawValue == name
        {
            let head = BaseChain.Head(hook: ours, priority: priority)
            switch policy {
            case CNETFILTER_ACCEPT.rawValue:
                self = .nat(head)
                return
            case CNETFILTER_DROP.rawValue:
                self = .dropping(head)
                return
            default: break
            }
        }
        self = .other(
            Self.text(
                type: type,
                hook: number,
                devices: hook.devices,
                priority: priority,
                policy: policy
            )
        )
    }

    private static func text(
        type: String,
        hook: UInt32?,
        devices: [String],
        priority: Int32?,
        policy: UInt32?
    ) -> String {
        let names = ["prerouting", "input", "forward", "output", "postrouting", "ingress"]
        var words = ["type", type]
        if let hook {
            words += ["hook", Int(hook) < names.count ? names[Int(hook)] : "\(hook)"]
        }
        if devices.count == 1 { words += ["device", devices[0]] }
        if devices.count > 1 { words.append("devices = { \(devices.joined(separator: ", ")) }") }
        if let priority { words.append("priority \(priority)") }
        let suffix =
            switch policy {
            case CNETFILTER_ACCEPT.rawValue?: " policy accept;"
            case CNETFILTER_DROP.rawValue?: " policy drop;"
            case let other?: " policy \(other);"
            case nil: ""
            }
        return words.joined(separator: " ") + ";" + suffix
    }
}

extension Hook {
    fileprivate init?(number: UInt32) {
        switch number {
        case CNETFILTER_PRE_ROUTING.rawValue: self = .prerouting
        case CNETFILTER_LOCAL_OUT.rawValue: self = .output
        case CNETFILTER_POST_ROUTING.rawValue: self = .postrouting
        default: return nil
        }
    }
}

extension Attributes {
    /// The names of a hook's devices.
    var devices: [String] {
        if let device = self[NFTA_HOOK_DEV] { return [device.text] }
        guard let bytes = self[NFTA_HOOK_DEVS] else { return [] }
        var list = AttributeList(bytes)
        var devices: [String] = []
        while let (_, value) = list.next() { devices.append(value.text) }
        return devices
    }
}
