import Diagnostics
import Doctor
import PolicyCompiler
import PolicyYAML
import RulesetModel
import Testing

/// What `doctor` says that redirects need of the kernel, against what their rules contain.
@Suite struct KernelFeatureTests {
    private static let to = "to: {address: 192.168.1.2}"
    private static let balance =
        "targets: [{address: 192.168.1.2, port: 81}, {address: 192.168.1.3, port: 81}]"

    @Test(arguments: [
        "\(to)", "to: {local: 8080}", "to: {balance: random, \(balance)}",
        "to: {balance: source-hash, \(balance)}", "to: {balance: round-robin, \(balance)}",
        "{\(to), masquerade: true}", "{\(to), masquerade: {to: 203.0.113.5}}",
        "{\(to), except: [{destination: {address: local}}]}",
        "{\(to), log: {prefix: a}}", "{\(to), log: {group: 3, rate: 10/minute}}",
        "{to: {local: 8080}, log: {rate: 10/minute}}",
    ])
    func `the modules are those that the compiled rules need`(keys: String) throws {
        let inner = keys.hasPrefix("{") ? String(keys.dropFirst().dropLast()) : keys
        let redirect = """
              - {name: web, direction: inbound, match: {protocol: tcp, destination: {port: 80}}, \(inner)}
            """
        let policy = try PolicyReader().read(
            SourceText(name: "policy.yaml", text: "version: 1\nredirects:\n\(redirect)\n")
        ).policy
        let ruleset = PolicyCompiler.compile(policy).0
        let rules = ruleset.chains.flatMap(\.rules) + ruleset.regularChains.flatMap(\.rules)
        let features = rules.reduce(into: Set([KernelFeature.natChains])) {
            $0.formUnion($1.features)
        }
        // Counters are modules of older kernels only; this one has none of what rules need.
        var host = MadeUpHost()
        host.kernelVersion = [6, 12]
        let modules = Set(features.subtracting([.counters]).flatMap(\.modules))
        host.missingModules = modules.union(KernelFeature.allCases.flatMap(\.modules))
        let found = try host.diagnosis(redirect).findings.findings
            .filter { $0.code == .missingModule }
        let named = modules.filter { name in found.contains { $0.sentence.contains("\(name),") } }
        #expect(named == modules)
        #expect(found.count == modules.count, "\(found.map(\.sentence))")
    }

    @Test(arguments: [([5, 10], true, true), ([6, 1], false, true), ([6, 2], false, false)])
    func `counters are modules of older kernels`(
        version: [Int],
        counter: Bool,
        reference: Bool
    ) throws {
        var host = MadeUpHost()
        host.kernelVersion = version
        host.missingModules = ["nft_counter", "nft_objref"]
        let sentences = try host.diagnosis(
            """
              - name: web
                direction: inbound
                match: {protocol: tcp, destination: {port: 80}}
                to: {balance: random, \(Self.balance)}
            """
        ).findings.findings.map(\.sentence)
        #expect(sentences.contains { $0.contains("nft_counter") } == counter)
        #expect(sentences.contains { $0.contains("nft_objref") } == reference)
    }
}
