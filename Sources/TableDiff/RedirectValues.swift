import Addressing
import RulesetModel

/// A redirect as values instead of words, for programs: lists, numbers, and texts of single values as
/// a policy writes them.
///
/// Like ``RedirectView``, it is read off the rules, and where these differ in what they match, each
/// list has the values of all.
public struct RedirectValues: Sendable, Codable {
    /// What connections must be: a list that is left out allows anything.
    struct Match: Sendable, Codable {
        var families: [String]?
        var protocols: [String]?
        var source: End?
        var destination: End?
        var interfaces: [String]?
        var users: [String]?
        var groups: [String]?
        var cgroups: [String]?
        var marks: [String]?
        var dscp: [String]?
    }

    /// One end of a connection.
    struct End: Sendable, Codable {
        /// Whether the address may be any of this machine's; `nil` if it may not.
        var local: Bool?
        var addresses: [String]?
        var ports: [String]?

        fileprivate var ifAny: End? {
            local == nil && addresses == nil && ports == nil ? nil : self
        }
    }

    /// One place that connections are sent to.
    struct Target: Sendable, Codable {
        /// The family that it is for; `nil` for both.
        var family: String?
        /// Whether connections are left alone; `nil` if not.
        var bypass: Bool?
        /// Whether connections go to this machine, whatever their address; `nil` if not.
        var local: Bool?
        var address: String?
        var port: UInt16?
        /// What becomes of ranges of ports.
        var shifts: [Shift]?
        /// What a rule says that no redirect has, in nft's language.
        var rule: String?
        /// How often it is chosen, beside the others; `nil` if it is the only one.
        var weight: UInt32?
    }

    /// A range of ports, and the range that it becomes.
    struct Shift: Sendable, Codable {
        let from: String
        let to: String
    }

    /// The change of the source of a redirect's connections.
    struct Masquerade: Sendable, Codable {
        /// For whom; `nil` for all.
        let clients: [String]?
        /// The addresses that sources become; `nil` for those of the interface by which connections
        /// leave.
        let to: [String]?
    }

    let directions: [String]
    let match: Match
    let except: [Match]?
    let targets: [Target]
    let balance: String?
    let masquerade: Masquerade?
    /// `false` if a list was longer than the limit, of which the first values are here.
    let complete: Bool

    /// Reads the rules of one redirect, or returns `nil` if they don't make up one redirect.
    ///
    /// - Parameters:
    ///   - rules: The rules.
    ///   - limit: How many values each list has at most.
    public init?(_ rules: [PlacedRule], atMost limit: Int) {
        let selectors = RedirectView.entries(of: rules)
        guard !selectors.isEmpty, let target = ViewTarget(rules) else { return nil }
        var lists = Lists(limit: limit)
        let hooks = Set(rules.compactMap(\.hook))
        directions =
            (hooks.contains(.prerouting) ? ["inbound"] : [])
            + (hooks.contains(.output) ? ["outbound"] : [])
        match = Match(selectors, &lists)
        let exceptions = lists.first(of: RedirectView.exceptionSelectors(of: rules))
        except = exceptions.isEmpty ? nil : exceptions.map { Match([$0], &lists) }
        targets = lists.first(of: target.choices).map {
            Target($0, isOneOfSeveral: target.balance != nil, &lists)
        }
        balance = target.balance?.word
        masquerade = Masquerade(rules, &lists)
        complete = lists.areComplete
    }

    /// Cuts lists, and knows whether any was cut.
    fileprivate struct Lists {
        let limit: Int
        var areComplete = true

        mutating func first<Value>(of values: [Value]) -> [Value] {
            if values.count > limit { areComplete = false }
            return Array(values.prefix(limit))
        }

        /// The texts of values; `nil` if there are none.
        mutating func texts(_ values: [some CustomStringConvertible]) -> [String]? {
            values.isEmpty ? nil : first(of: values).map(\.description)
        }
    }
}

extension RedirectValues.Match {
    fileprivate init(_ selectors: [Selector], _ lists: inout RedirectValues.Lists) {
        var (source, destination) = (RedirectValues.End(), RedirectValues.End())
        for part in Selector.Part.allCases {
            switch part {
            case .family:
                let given = Set(selectors.map(\.family))
                families = given.contains(nil) ? nil : given.compactMap { $0?.rawValue }.sorted()
            case .protocols:
                let any = selectors.contains { $0.protocols.isEmpty }
                protocols =
                    any ? nil : Set(selectors.flatMap(\.protocols)).sorted().map(\.rawValue)
            case .isToThisMachine:
                destination.local = selectors.contains(where: \.isToThisMachine) ? true : nil
            case .sourceAddresses:
                source.addresses = lists.texts(ViewWords.sources(of: selectors))
            case .destinationAddresses:
                destination.addresses = lists.texts(ViewWords.destinations(of: selectors))
            case .sourcePorts:
                source.ports = lists.texts(ViewWords.sourcePorts(of: selectors)?.texts ?? [])
            case .destinationPorts:
                destination.ports =
                    lists.texts(ViewWords.destinationPorts(of: selectors)?.texts ?? [])
            case .inputInterfaces:
                interfaces = lists.texts(ViewWords.interfaces(of: selectors))
            case .users: users = lists.texts(ViewWords.users(of: selectors)?.texts ?? [])
            case .groups: groups = lists.texts(ViewWords.groups(of: selectors)?.texts ?? [])
            case .cgroup: cgroups = lists.texts(ViewWords.cgroups(of: selectors).map(\.text))
            case .mark: marks = lists.texts(ViewWords.marks(of: selectors))
            case .dscp: dscp = lists.texts(ViewWords.dscp(of: selectors))
            // With the interfaces that connections arrive on.
            case .outputInterfaces: break
            // They tell the connections of no redirect.
            case .original, .tracked, .member: break
            }
        }
        self.source = source.ifAny
        self.destination = destination.ifAny
    }
}

extension RedirectValues.Target {
    fileprivate init(
        _ choice: ViewTarget.Choice,
        isOneOfSeveral: Bool,
        _ lists: inout RedirectValues.Lists
    ) {
        let place = choice.place
        weight = isOneOfSeveral ? choice.weight : nil
        family = choice.family?.rawValue
        local = place.isThisMachine ? true : nil
        address = place.address?.description ?? place.prefix?.description
        switch place.ports {
        case nil: break
        case .one(let port)?: self.port = port.number
        case .shifted(let shifts)?:
            self.shifts = lists.first(of: shifts).map {
                .init(from: PortSet.text(of: $0.from), to: PortSet.text(of: $0.to))
            }
        }
        if place.isBypass { bypass = true } else { rule = place.statement }
    }
}

extension RedirectValues.Masquerade {
    fileprivate init?(_ rules: [PlacedRule], _ lists: inout RedirectValues.Lists) {
        guard let changed = ViewWords.masqueraded(by: rules) else { return nil }
        clients = lists.texts(changed)
        to = lists.texts(ViewWords.newSources(of: rules))
    }
}
