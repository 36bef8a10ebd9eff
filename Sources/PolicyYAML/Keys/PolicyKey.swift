import Diagnostics
import LocatedYAML

/// The keys of a file of a policy.
enum PolicyKey: String, MappingKey {
    case version
    case settings
    case include
    case addresses
    case ports
    case interfaces
    case redirects
    case tests

    static let owner = "a policy"
    /// The first file also needs `redirects` or `include`.
    static let required: [PolicyKey] = [.version]

    static let rows = allCases.map(\.row)

    var row: KeyRow<DocumentParts> {
        switch self {
        case .version:
            KeyRow(
                .one(.version),
                example: "version: 1",
                summary: "The version of the policy language."
            ) { _ = $1.one(NumberText.version) }
        case .settings:
            KeyRow(
                .mapping(SettingsKey.self),
                example: "settings: {table: redirctl}",
                summary: "What holds for the policy as a whole.",
                mayBeEmpty: true
            ) { $0.settings = $1 }
        case .include:
            KeyRow(
                .oneOrMore(.include),
                example: "include: conf.d/*.yaml",
                summary:
                    """
                    Other files of the policy, relative to this one; their redirects come before \
                    its own.
                    """
            ) { $0.include = $1 }
        case .addresses:
            KeyRow(
                .definitions(.addresses),
                example: "addresses: {lan: [10.0.0.0/8, 192.168.0.0/16]}",
                summary:
                    """
                    Lists of addresses, with names that can stand wherever `address` takes a \
                    value.
                    """,
                mayBeEmpty: true
            ) { $0.definitions.append((.addresses, $1)) }
        case .ports:
            KeyRow(
                .definitions(.ports),
                example: "ports: {web: [80, 443]}",
                summary:
                    "Lists of ports, with names that can stand wherever `port` takes a value.",
                mayBeEmpty: true
            ) { $0.definitions.append((.ports, $1)) }
        case .interfaces:
            KeyRow(
                .definitions(.interfaces),
                example: "interfaces: {wan: [eth0, \"ppp*\"]}",
                summary:
                    """
                    Lists of interfaces, with names that can stand wherever `interface` takes a \
                    value.
                    """,
                mayBeEmpty: true
            ) { $0.definitions.append((.interfaces, $1)) }
        case .redirects:
            KeyRow(
                .list(of: RedirectKey.self),
                example: "redirects: []",
                summary:
                    """
                    The redirects in the order in which they are tried: the first that matches \
                    decides.
                    """,
                mayBeEmpty: true
            ) { $0.redirects = $1 }
        case .tests:
            KeyRow(
                .list(of: TestKey.self),
                example: "tests: [{\(TestKey.connection.example), \(TestKey.expect.example)}]",
                summary: "Connections, and what the policy should make of them.",
                mayBeEmpty: true
            ) { $0.tests = $1 }
        }
    }
}

/// The values of a file that are decoded when all files are known.
struct DocumentParts {
    var settings: KeyValue?
    var include: KeyValue?
    var definitions: [(kind: DefinitionKind, value: KeyValue)] = []
    var redirects: KeyValue?
    var tests: KeyValue?
}

/// The key of a list that is in a file of its own.
enum FileKey: String, MappingKey {
    case file

    static let owner = "a list in a file"
    static let required: [FileKey] = [.file]

    static let rows = allCases.map(\.row)

    var row: KeyRow<FileParts> {
        switch self {
        case .file:
            KeyRow(
                .one(.path),
                example: "file: blocked.txt",
                summary: "A file with one address, prefix or range a line."
            ) { parts, value in
                parts.path =
                    value.oneScalar { scalar in
                        value.context.read(scalar, NameText.path).map { _ in scalar }
                    }
                    .value
            }
        }
    }
}

/// A mapping that names a file.
struct FileParts {
    var path: Node.Scalar?
}
