import Addressing
import Diagnostics
import PolicyCompiler
import PolicyModel
import PolicyYAML
import RulesetModel
import Testing

/// What is tried at random is all of the language, and all that the compiler makes of it.
@Suite struct CoverageTests {
    @Test func `redirects leave connections to later ones for every reason`() {
        var found: Set<String> = []
        for policyCase in PolicyCase.usual {
            for redirect in policyCase.policy.redirects.prefix(4) {
                for (packet, _) in policyCase.cases {
                    if let mismatch = redirect.mismatch(for: packet) { found.insert(mismatch.kind) }
                }
            }
        }
        let keys = Match.Key.allCases.map { "key \($0)" }
        #expect(found == Set(["disabled", "direction", "target", "exception"] + keys))
    }

    @Test func `everything is done to connections`() {
        var found: Set<String> = []
        var decided = 0
        for policyCase in PolicyCase.usual {
            for (packet, effects) in policyCase.cases {
                found.formUnion(effects.keys.flatMap { $0.kinds(for: packet) })
                if effects.keys.contains(where: { !$0.redirects.isEmpty }) { decided += 1 }
            }
        }
        let draws = LoadBalancing.Method.allCases.map { "drawn by \($0)" }
        #expect(
            found
                == Set(
                    [
                        "left alone", "bypassed", "port", "address", "address and port", "local",
                        "portless", "counted", "not counted", "logged", "masqueraded",
                        "with a chosen source",
                    ] + draws
                )
        )
        #expect(decided > PolicyCase.usual.reduce(0) { $0 + $1.cases.count } / 3)
    }

    @Test func `rulesets have every form`() {
        var found: Set<String> = []
        for policyCase in PolicyCase.usual {
            let ruleset = policyCase.ruleset
            found.formUnion(ruleset.rules.map(\.statement.kind))
            for map in ruleset.maps {
                found.formUnion(map.elements.map { $0.value.kind(isInterval: map.type.isInterval) })
            }
        }
        let values = ["port", "address", "address and port", "accept", "jump", "member"]
        #expect(
            found
                == Set(
                    [
                        "dnat to port", "dnat to address", "dnat to prefix", "dnat by map",
                        "redirect", "masquerade",
                        "snat",
                        "label", "accept", "drop", "log", "return", "jump", "verdict by map",
                    ] + values.flatMap { [$0 + " by key", $0 + " by range"] }
                )
        )
    }

    @Test func `redirects stay rules for every reason`() {
        let reasons: Set = [
            "controlGroup", "maskedMark", "codePoint", "interfacePrefix", "nothingToLookUp",
            "tooManyFields",
            "tooManyKeys", "tooManyRemainders", "covered",
        ]
        var found: Set<String> = []
        // One of them is rare.
        for seed in 0..<400 as Range<UInt64> where found != reasons {
            var generator = PolicyGenerator(seed % 2 == 0 ? .large : .shapes, seed: seed)
            for layout in PolicyCompiler.compile(generator.policy()).layouts {
                for case .rule(_, let reason) in layout.steps { found.insert(reason.kind) }
                if !layout.covered.isEmpty { found.insert("covered") }
            }
        }
        #expect(found == reasons)
    }

    @Test func `a reader takes every policy for what it is`() throws {
        for policyCase in PolicyCase.usual.prefix(40) {
            let source = SourceText(name: "policy.yaml", text: policyCase.policy.yaml)
            do {
                let policy = try PolicyReader().read(source).policy
                #expect(
                    PolicyCompiler.ruleset(for: policy) == policyCase.ruleset,
                    "\(policyCase.policy.yaml)"
                )
            } catch {
                Issue.record("\(error.findings.map(\.message))\n\(policyCase.policy.yaml)")
            }
        }
    }
}

extension Redirect.Obstacle {
    fileprivate var kind: String {
        switch self {
        case .disabled: "disabled"
        case .direction: "direction"
        case .key(let key): "key \(key)"
        case .target: "target"
        case .exception: "exception"
        }
    }
}

extension Effect {
    fileprivate func kinds(for packet: FirstPacket) -> [String] {
        guard !redirects.isEmpty else { return ["left alone"] }
        var kinds = draws.map { "drawn by \($0)" }
        kinds.append(counted.isEmpty ? "not counted" : "counted")
        if !lines.isEmpty { kinds.append("logged") }
        switch newSource {
        case .interface: kinds.append("masqueraded")
        case .address: kinds.append("with a chosen source")
        case nil: break
        }
        if place.port == nil { kinds.append("portless") }
        let (isSamePort, isSameHost) = (
            place.port == packet.destinationPort, place.host == .address(packet.destination)
        )
        switch (place.host, isSameHost, isSamePort) {
        case (.local, _, _): kinds.append("local")
        case (_, true, true): kinds.append("bypassed")
        case (_, true, false): kinds.append("port")
        case (_, false, true): kinds.append("address")
        case (_, false, false): kinds.append("address and port")
        }
        return kinds
    }
}

extension Statement {
    fileprivate var kind: String {
        switch self {
        case .dnatPort: "dnat to port"
        case .dnat: "dnat to address"
        case .dnatPrefix: "dnat to prefix"
        case .dnatMapped: "dnat by map"
        case .redirect: "redirect"
        case .masquerade: "masquerade"
        case .snat: "snat"
        case .label: "label"
        case .drop: "drop"
        case .accept: "accept"
        case .log: "log"
        case .return: "return"
        case .jump: "jump"
        case .verdict: "verdict by map"
        case .trial: "trial"
        }
    }
}

extension MapValue {
    fileprivate func kind(isInterval: Bool) -> String {
        let key = isInterval ? " by range" : " by key"
        switch self {
        case .port: return "port" + key
        case .address: return "address" + key
        case .addressAndPort: return "address and port" + key
        case .accept: return "accept" + key
        case .member: return "member" + key
        case .jump: return "jump" + key
        }
    }
}

extension Layout.Reason {
    /// The name of the case.
    fileprivate var kind: String { String("\(self)".prefix { $0 != "(" }) }
}
