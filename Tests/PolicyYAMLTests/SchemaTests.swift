import Diagnostics
import TestSupport
import Testing

@testable import PolicyYAML

@Suite struct SchemaTests {
    @Test func `every example policy fits`() throws {
        let reference = try ExamplePolicies.reference()
        let policies =
            try ExamplePolicies.names.map { try ExamplePolicies.text(of: $0) }
            + reference.components(between: "```yaml\n", and: "```")
        for (policy, reason) in zip(policies, try SchemaValidator.reasons(policies)) {
            #expect(reason == nil, "\(policy)")
        }
    }

    @Test func `what is wrong with a policy does not fit, where a schema can see it`() throws {
        let cases = FindingCase.all.sorted { $0.key.rawValue < $1.key.rawValue }
        let reasons = try SchemaValidator.reasons(cases.flatMap { $0.value.policies })
        var rest = reasons[...]
        var fitting: Set<DiagnosticCode> = []
        for (code, example) in cases {
            if rest.prefix(example.policies.count).allSatisfy({ $0 == nil }) {
                fitting.insert(code)
            }
            rest = rest.dropFirst(example.policies.count)
        }
        #expect(fitting.subtracting(Self.invisible) == [], "the schema should see these")
        #expect(Self.invisible.subtracting(fitting) == [], "the schema does see these")
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `random policies fit if they can be read, and only then`(seed: UInt64) throws {
        var generator = RandomPolicyText(seed: seed)
        let policies = (0..<300).map { _ in generator.policy() }
        var valid = 0
        for (policy, reason) in zip(policies, try SchemaValidator.reasons(policies)) {
            let codes = Set(findings(in: policy).filter { $0.severity == .error }.map(\.code))
            if codes.isEmpty {
                valid += 1
                #expect(reason == nil, "\(policy)")
            } else if !codes.isSubset(of: Self.invisible) {
                #expect(reason != nil, "\(codes) in \(policy)")
            }
        }
        #expect(valid > 30)
    }

    @Test func `rules are lists of schemas about keys that there are`() throws {
        let keys = Set(PolicyLanguage.tables.flatMap { $0.names })
        for table in PolicyLanguage.tables {
            guard case .list(let rules) = try #require(SchemaValue(yaml: table.rules)) else {
                Issue.record("\(table.rules)")
                continue
            }
            #expect(Set(rules.flatMap(\.keys)).isSubset(of: keys), "\(table.rules)")
        }
    }

    @Test func `every key says in a sentence what it is`() {
        for table in PolicyLanguage.tables {
            for summary in table.summaries {
                #expect(summary.first?.isUppercase == true && summary.last == ".", "\(summary)")
            }
        }
    }
}

extension SchemaTests {
    /// What no schema can see.
    static let invisible: Set<DiagnosticCode> = [
        // No schema counts different values, or what becomes of them.
        .tooManySources, .tooManyElements,
        // It does not know what redirects mean together.
        .neverMatches, .duplicateRedirect, .partialOverlap, .targetUnchanged, .chainedRedirect,
        .redirectLoop, .transitTraffic, .unusedAllow, .analysisIncomplete,
        // It sees values and not the text that they were read from: YAML has made the same of it as
        // of a policy without the mistake.
        .yamlAnchor, .yamlTag, .duplicateKey,
        // It sees one file, and neither others nor the file system, the system's accounts or limits.
        .unreadableFile, .unsafePermissions, .includeCycle, .duplicateInclude, .includeTooDeep,
        .settingsInInclude, .fileTooLarge, .unknownUser, .unknownGroup,
        // It can't look up in one place what stands in another.
        .duplicateName, .unknownName, .nameOfOtherKind, .unusedDefinition,
        // It can't count with values, or compare them.
        .hostBitsSet, .rangeUpsideDown, .familyConflict, .unreachableTarget, .shiftWithList,
        .shiftSizesDiffer, .prefixWithList, .prefixLengthsDiffer,
        // It knows no connections.
        .failedTest, .protectedConnection,
        // They are warnings, and the policy is in force.
        .duplicateValue, .exceptionNeverApplies, .missingCgroup, .targetNeverUsed, .loopbackLost,
    ]
}

extension MappingKey {
    fileprivate static var summaries: [String] { allCases.map(\.summary) }
}

extension SchemaValue {
    /// The keys of policies that a schema names.
    fileprivate var keys: [String] {
        switch self {
        case .boolean, .integer, .text: []
        case .list(let values): values.flatMap(\.keys)
        case .object(let members):
            members.flatMap { name, value in
                switch (name, value) {
                case ("required", .list(let names)): names.compactMap(\.text)
                case ("properties", .object(let schemas)):
                    Array(schemas.keys) + schemas.values.flatMap(\.keys)
                default: value.keys
                }
            }
        }
    }

    private var text: String? {
        if case .text(let text) = self { text } else { nil }
    }
}
