import Addressing
import Diagnostics
import PolicyImport
import PolicyModel
import PolicyYAML
import Testing

/// A policy made of random chains does with every packet what the chains do.
struct RandomChainsTests {
    private static let perSeed = 12

    @Test(arguments: 0..<10 as Range<UInt64>)
    func `chains and the policy made of them agree`(seed: UInt64) throws {
        var (redirected, masqueraded) = (0, 0)
        for number in 0..<Self.perSeed {
            let chains = RandomChains(seed: seed * 1000 + UInt64(number))
            let imported = try ImportedPolicy(Array(chains.text.utf8))
            let text = PolicyWriter(imported).text
            let source = SourceText(name: "imported.yaml", text: text)
            let policy = try PolicyReader().read(source).policy
            let isSaid = text.contains("can't be told") || text.contains("keep their source")
            for packet in RandomChains.packets {
                let expected = chains.outcome(of: packet)
                let outcome = policy.outcome(of: packet)
                let place = try #require(outcome.places.keys.first)
                let host: IPAddress? =
                    if case .address(let address) = place.host { address } else { nil }
                guard host == expected.host, place.port?.number == expected.port else {
                    Issue.record("\(packet) goes to \(place)\n\(chains.text)\n\(text)")
                    return
                }
                guard expected.isRedirected, host != nil else { continue }
                redirected += 1
                var source: Masquerade.Source?
                if case .masquerade(let address)? = expected.source {
                    source = Masquerade.Source(address.map { [.ipv4: $0] } ?? [:])
                    masqueraded += 1
                }
                guard outcome.newSource == source || isSaid && outcome.newSource == nil else {
                    Issue.record("\(packet): source \(outcome)\n\(chains.text)\n\(text)")
                    return
                }
            }
        }
        #expect(redirected > 300 && masqueraded > 20, "\(redirected), \(masqueraded)")
    }
}
