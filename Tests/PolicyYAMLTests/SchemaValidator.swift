import FoundationEssentials
import TestSupport
import Testing

@testable import PolicyYAML

/// A validator of JSON Schema that had no part in making the schema.
enum SchemaValidator {
    /// Why each of the policies does not fit the schema; nothing for one that does.
    static func reasons(_ policies: [[UInt8]]) throws -> [String?] {
        let directory = try ScratchDirectory()
        let schema = try directory.write(
            String(decoding: JSONEncoder().encode(PolicySchema()), as: UTF8.self),
            to: "schema.json"
        )
        let paths = policies.indices.map { "\(directory.path)/\($0).yaml" }
        for (policy, path) in zip(policies, paths) { try TestFile.write(policy, to: path) }
        try #require(
            FileManager.default.isExecutableFile(atPath: python),
            "the Debian packages python3-jsonschema and python3-yaml must be there"
        )
        let ending = try Program.run([python, script, schema] + paths)
        try #require(ending.status == 0, "\(ending.errors)")
        let lines = ending.output.split(separator: "\n")
        try #require(lines.count == policies.count)
        return try lines.map { line in
            try JSONDecoder().decode(Verdict.self, from: Data(line.utf8)).reason
        }
    }

    static func reasons(_ policies: [String]) throws -> [String?] {
        try reasons(policies.map { Array($0.utf8) })
    }

    private struct Verdict: Decodable {
        let reason: String?
    }

    private static let python = "/usr/bin/python3"

    private static let script =
        #filePath.split(separator: "/").dropLast()
        .map { "/\($0)" }.joined() + "/Validator/validate"
}
