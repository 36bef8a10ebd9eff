import Addressing
import Diagnostics
import LocatedYAML
import PolicyModel

/// The keys of an entry of `tests`.
enum TestKey: String, MappingKey {
    case name
    case connection
    case expect
    case masquerade
    case by

    static let owner = "a test"
    static let required: [TestKey] = [.connection, .expect]

    static let rows = allCases.map(\.row)

    var row: KeyRow<TestParts> {
        switch self {
        case .name:
            KeyRow(.one(.line), example: "name: what it shows", summary: "What it shows.") {
                $0.name = $1.one(NameText.testName)
            }
        case .connection:
            KeyRow(
                .one(.connection),
                example: "connection: outbound tcp 192.0.2.10:80",
                summary: "A connection that somebody could open."
            ) { parts, value in
                parts.connection = value.oneScalar(
                    ConnectionDecoder(context: value.context).connection
                )
            }
        case .expect:
            KeyRow(
                .oneOrMore(.outcome),
                example: "expect: unchanged",
                summary: "Where it should go; of several places, any."
            ) { parts, value in
                let decoder = OutcomeDecoder(
                    context: value.context,
                    connection: parts.connection.value
                )
                parts.outcomes = value.severalScalars(decoder.outcome)
            }
        case .masquerade:
            KeyRow(
                .one(.testedSource),
                example: "masquerade: true",
                summary:
                    """
                    Whether it should leave with an address of this machine as its source, or with \
                    which.
                    """
            ) { parts, value in
                let decoder = OutcomeDecoder(
                    context: value.context,
                    connection: parts.connection.value
                )
                parts.source = value.oneScalar(decoder.source)
            }
        case .by:
            KeyRow(
                .one(.decider),
                example: "by: none",
                summary: "The redirect that should decide it; `none` if none should."
            ) { parts, value in
                let decoder = OutcomeDecoder(context: value.context, connection: nil)
                parts.decider = value.oneScalar(decoder.decider)
            }
        }
    }
}

/// A test as it is written.
struct TestParts {
    var name: Decoded<String> = .absent
    var connection: Decoded<ConnectionParts> = .absent
    var outcomes: Decoded<[PolicyTest.Outcome]> = .absent
    var source: Decoded<PolicyTest.Source> = .absent
    var decider: Decoded<PolicyTest.Decider> = .absent
}

/// Decodes `tests`.
struct TestDecoder {
    private let value: KeyValue
    private var context: DecodingContext { value.context }

    init(_ value: KeyValue) { self.value = value }

    /// The tests that could be decoded.
    func tests() -> [PolicyTest] { value.list()?.items.compactMap { test($0) } ?? [] }

    private func test(_ node: Node) -> PolicyTest? {
        let mapping = DecodedMapping<TestKey>(node, TestKey.owner, into: TestParts(), context)
        guard let parts = mapping?.parts,
            case .given(let connection, let span) = parts.connection,
            let outcomes = parts.outcomes.value
        else { return nil }
        return PolicyTest(
            name: parts.name.value,
            connection: connection.connection,
            outcomes: outcomes,
            source: parts.source.value,
            decider: parts.decider.value,
            span: span
        )
    }
}
