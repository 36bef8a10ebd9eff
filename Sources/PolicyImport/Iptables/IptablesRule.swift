import Addressing
import PolicyModel

/// Reads the options of one rule.
struct IptablesRule {
    /// The rule so far.
    private(set) var rule: ForeignRule

    let table: String
    let family: IPFamily
    let options: ImportOptions

    private var target = Target.none
    private var choosesPortAtRandom = false
    private var statistic = Statistic()

    /// The targets that take options of their own.
    private enum Target {
        case none, destination, redirect, source, masquerade, other
    }

    private struct Statistic {
        var mode: String?
        var probability: Double?
        var every: Int?
    }

    init(id: Int, table: String, family: IPFamily, _ options: ImportOptions) {
        rule = ForeignRule(id: id)
        (self.table, self.family, self.options) = (table, family, options)
    }

    /// The most words that are read: each exception is compared with those before it.
    private static let mostWords = 256

    /// Reads the words after the chain.
    mutating func read(_ words: [String]) {
        guard words.count <= Self.mostWords else {
            rule.refuse("it has more than \(Self.mostWords) words")
            return
        }
        var rest = words[...]
        var isNegated = false
        while let word = rest.popFirst(), rule.obstacle == nil {
            if word == "!" {
                isNegated.toggle()
                continue
            }
            var option = word[...]
            if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
                option = word[..<equals]
                rest = [String(word[word.index(after: equals)...])] + rest
            }
            take(String(option), &rest, isNegated: isNegated)
            isNegated = false
        }
        finish(words)
    }

    private mutating func finish(_ words: [String]) {
        guard rule.obstacle == nil else {
            // Whatever it matches, a rule that only reports decides nothing.
            let jump = words.firstIndex(of: "-j").map { words[$0...].dropFirst() }
            if let name = jump?.first, let reason = Self.harmlessness(of: name) {
                (rule.obstacle, rule.action) = (nil, .nothing(reason))
                rule.conditions = ForeignConditions()
            }
            return
        }
        switch (statistic.mode, statistic.probability, statistic.every) {
        case (nil, nil, nil): break
        case ("random", let probability?, nil): rule.share = .random(probability)
        case ("nth", nil, let every?): rule.share = .everyNth(every)
        default: rule.refuse("its statistic is incomplete")
        }
        if choosesPortAtRandom, case .destination(let destination) = rule.action,
            let ports = destination.ports, ports.size > 1
        {
            rule.refuse("it chooses ports at random")
        }
        if case .destination(let destination) = rule.action, destination.place == .same,
            destination.ports == nil
        {
            rule.refuse("DNAT without --to-destination")
        }
        if target == .source, case .source(ForeignSource(address: nil)) = rule.action {
            rule.refuse("SNAT without --to-source")
        }
    }

    private mutating func take(
        _ option: String,
        _ rest: inout ArraySlice<String>,
        isNegated: Bool
    ) {
        if Self.flags.contains(option) {
            takeFlag(option, isNegated: isNegated)
            return
        }
        // The options of a target that does not matter, such as LOG, do not matter either.
        if case .nothing = rule.action, target == .other { return }
        guard let value = rest.popFirst() else {
            rule.refuse("\(option.inComment) has no value")
            return
        }
        guard value != "!" else {
            rule.refuse("`!` stands after \(option.inComment)")
            return
        }
        if takeTarget(option, value, isNegated) || takeBasic(option, value, isNegated) { return }
        takeModule(option, value, &rest, isNegated)
    }

    private static let flags: Set<String> = [
        "--random", "--random-fully", "--persistent", "--syn",
    ]

    private mutating func takeFlag(_ option: String, isNegated: Bool) {
        switch option {
        case "--syn" where !isNegated:
            rule.notes.append("it was about SYN packets; every new TCP connection begins with one")
        case "--random": choosesPortAtRandom = true
        case "--random-fully", "--persistent": break
        default: rule.refuse("`! \(option)` is not known here")
        }
    }

    // MARK: - Targets

    private mutating func takeTarget(_ option: String, _ value: String, _ isNegated: Bool) -> Bool {
        switch (option, target) {
        case ("-j", _), ("--jump", _): jump(to: value)
        case ("-g", _), ("--goto", _): rule.action = .goto(.init(table: table, name: value))
        case (_, .destination) where "--to-destination".hasPrefix(option) && option.count > 3:
            guard let destination = ForeignDestination(iptables: value, family) else {
                rule.refuse("--to-destination \(value.inComment) can't be said in a policy")
                return true
            }
            rule.action = .destination(destination)
        case (_, .redirect) where "--to-ports".hasPrefix(option) && option.count > 3:
            guard let ports = PortSet(iptables: value, rangeSign: "-")?.onlyRange else {
                rule.refuse("--to-ports \(value.inComment) is no port")
                return true
            }
            rule.action = .destination(ForeignDestination(place: .local, ports: ports))
        case (_, .source) where "--to-source".hasPrefix(option) && option.count > 3:
            guard let address = IPAddress(value), address.family == family else {
                rule.refuse("it chooses ports, or one of several source addresses")
                return true
            }
            rule.action = .source(ForeignSource(address: address))
        case (_, .masquerade) where "--to-ports".hasPrefix(option) && option.count > 3:
            rule.refuse("it chooses source ports")
        default: return false
        }
        if isNegated { rule.refuse("`! \(option.inComment)` is not known here") }
        return true
    }

    private mutating func jump(to name: String) {
        target = .other
        switch name {
        case "DNAT":
            target = .destination
            rule.action = .destination(ForeignDestination(place: .same))
        case "REDIRECT":
            target = .redirect
            rule.action = .destination(ForeignDestination(place: .local))
        case "MASQUERADE":
            target = .masquerade
            rule.action = .source(ForeignSource())
        case "SNAT":
            target = .source
            rule.action = .source(ForeignSource())
        case "ACCEPT": rule.action = .accept
        case "RETURN": rule.action = .return
        case let name where Self.harmlessness(of: name) != nil:
            rule.action = .nothing(Self.harmlessness(of: name) ?? "")
        case "NETMAP", "TPROXY", "DROP", "REJECT", "QUEUE", "NFQUEUE", "SAME", "MIRROR":
            rule.refuse("the target \(name) can't be said in a policy")
        default: rule.action = .jump(.init(table: table, name: name))
        }
    }

    /// Why a target does not matter; `nil` if it does.
    private static func harmlessness(of target: String) -> String? {
        switch target {
        case "LOG", "NFLOG", "ULOG", "TRACE", "AUDIT":
            "\(target) only reports; `log` at a redirect does so"
        case "MARK", "CONNMARK", "CT", "TOS", "DSCP", "SET", "CONNSECMARK", "SECMARK":
            "\(target) redirects nothing; keep it if others need it"
        default: nil
        }
    }

    // MARK: - Matches

    private mutating func takeBasic(_ option: String, _ value: String, _ isNegated: Bool) -> Bool {
        switch option {
        case "-p", "--protocol", "--proto": takeProtocol(value, isNegated)
        case "-s", "--source", "--src":
            takeAddresses(value, isNegated) { Match(source: .init(addresses: $0)) }
        case "-d", "--destination", "--dst":
            takeAddresses(value, isNegated) { Match(destination: .init(addresses: $0)) }
        case "-i", "--in-interface", "-o", "--out-interface":
            guard value != "+" || isNegated else { return true }
            guard let interface = InterfacePattern(value, beginningEndsWith: "+") else {
                rule.refuse("a policy can't name the interface \(value.inComment)")
                return true
            }
            let arriving = option == "-i" || option == "--in-interface"
            rule.conditions.require([interface], arriving: arriving, isNegated: isNegated)
        default: return false
        }
        return true
    }

    private mutating func takeProtocol(_ value: String, _ isNegated: Bool) {
        if ["all", "any", "0"].contains(value.lowercased()), !isNegated { return }
        let found = TransportProtocol.allCases.first {
            value.lowercased() == $0.rawValue || value == "\($0.number)"
        }
        guard let found else {
            rule.refuse(
                "a policy names the protocols tcp, udp and sctp, and not \(value.inComment)"
            )
            return
        }
        rule.conditions.require(Match(protocols: [found]), isNegated: isNegated)
    }

    private mutating func takeAddresses(
        _ value: String,
        _ isNegated: Bool,
        _ match: (AddressSet) -> Match
    ) {
        let ranges = value.split(separator: ",").map { AddressRange(iptables: $0) }
        let found = ranges.compactMap(\.self)
        guard found.count == ranges.count, !found.isEmpty,
            found.allSatisfy({ $0.family == family }), found.count == 1 || !isNegated
        else {
            rule.refuse("\(value.inComment) is no address of \(family.title)")
            return
        }
        let addresses = AddressSet(found)
        switch (addresses.coversAll(of: family), isNegated) {
        case (true, false): break
        case (true, true): rule.conditions.requireNothing()
        case (false, _): rule.conditions.require(match(addresses), isNegated: isNegated)
        }
    }

    // MARK: - Modules

    private static let modules: Set<String> = [
        "tcp", "udp", "sctp", "multiport", "comment", "owner", "mark", "addrtype", "conntrack",
        "state", "statistic", "iprange", "dscp", "cgroup",
    ]

    private mutating func takeModule(
        _ option: String,
        _ value: String,
        _ rest: inout ArraySlice<String>,
        _ isNegated: Bool
    ) {
        switch option {
        case "-m", "--match":
            if value == "set" {
                rule.refuse("a policy can't look into a set that other programs fill")
            } else if !Self.modules.contains(value) {
                rule.refuse("the match \(value.inComment) can't be said in a policy")
            }
        case "--dport", "--destination-port", "--dports", "--destination-ports":
            takePorts(value, isNegated) { Match(destination: .init(ports: $0)) }
        case "--sport", "--source-port", "--sports", "--source-ports":
            takePorts(value, isNegated) { Match(source: .init(ports: $0)) }
        case "--comment":
            if rule.description == nil { rule.description = value.asDescription }
        case "--uid-owner", "--gid-owner":
            takeOwner(value, isGroup: option == "--gid-owner", isNegated)
        case "--mark":
            guard let mark = PacketMark(iptables: value) else {
                rule.refuse("no packet has the mark \(value.inComment)")
                return
            }
            rule.conditions.require(Match(mark: mark), isNegated: isNegated)
        case "--dst-type" where value.uppercased() == "LOCAL":
            rule.conditions.require(
                Match(destination: .init(isLocal: true)),
                isNegated: isNegated
            )
        case "--ctstate", "--state": takeState(value, isNegated)
        case "--mode" where !isNegated: statistic.mode = value
        case "--probability" where !isNegated: statistic.probability = Double(value)
        case "--every" where !isNegated: statistic.every = Int(value)
        case "--packet" where !isNegated: break
        case "--src-range", "--dst-range":
            guard let range = try? AddressRange(parsing: value), range.family == family else {
                rule.refuse("\(value.inComment) is no range of addresses")
                return
            }
            let end = Match.Endpoint(addresses: AddressSet(range))
            rule.conditions.require(
                option == "--src-range" ? Match(source: end) : Match(destination: end),
                isNegated: isNegated
            )
        case "--tcp-flags":
            // How iptables-save writes `--syn`.
            guard value == "FIN,SYN,RST,ACK", rest.popFirst() == "SYN", !isNegated else {
                rule.refuse("a policy can't ask for the flags of TCP")
                return
            }
            takeFlag("--syn", isNegated: false)
        case "--dscp", "--dscp-class":
            let number = value.number.flatMap { UInt8(exactly: $0) }.flatMap { CodePoint($0) }
            let name = value.lowercased() == "be" ? "cs0" : value.lowercased()
            guard let point = option == "--dscp" ? number : CodePoint.names[name] else {
                rule.refuse("\(value.inComment) is no code point")
                return
            }
            rule.conditions.require(Match(dscp: [point]), isNegated: isNegated)
        case "--path":
            guard let path = CgroupPath(String(value.drop { $0 == "/" })) else {
                rule.refuse("\(value.inComment) is no control group")
                return
            }
            rule.conditions.require(Match(cgroups: [path]), isNegated: isNegated)
        default:
            rule.refuse("\(option.inComment) \(value.inComment) can't be said in a policy")
        }
    }

    private mutating func takePorts(
        _ value: String,
        _ isNegated: Bool,
        _ match: (PortSet) -> Match
    ) {
        guard let ports = PortSet(iptables: value, rangeSign: ":") else {
            rule.refuse("\(value.inComment) are no numbers of ports")
            return
        }
        rule.conditions.require(match(ports), isNegated: isNegated)
    }

    private mutating func takeOwner(_ value: String, isGroup: Bool, _ isNegated: Bool) {
        let ends = value.split(separator: "-", omittingEmptySubsequences: false)
            .map { $0.decimal(as: UInt32.self) }
        var ids: ClosedRange<UInt32>?
        if (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
            first <= last
        {
            ids = first...last
        } else if let id = options.accountID(isGroup, value) {
            ids = id...id
        }
        guard let ids else {
            rule.refuse("this machine has no \(isGroup ? "group" : "user") \(value.inComment)")
            return
        }
        let set = IntervalSet([ids])
        rule.conditions.require(
            isGroup ? Match(groups: set) : Match(users: set),
            isNegated: isNegated
        )
    }

    /// NAT decides new connections only, and those that a helper expects.
    private mutating func takeState(_ value: String, _ isNegated: Bool) {
        let states = Set(value.uppercased().split(separator: ",").map(String.init))
        let (isNew, isOther) = (
            states.contains("NEW"), states.isSubset(of: ["ESTABLISHED", "INVALID"])
        )
        switch (isNew, isOther, isNegated) {
        case (true, _, false), (_, true, true): break
        case (_, true, false), (true, _, true): rule.conditions.requireNothing()
        default: rule.refuse("the state \(value.inComment) can't be said in a policy")
        }
    }
}
