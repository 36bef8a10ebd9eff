import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// What `apply --restore`, the command of the boot, makes of every state in which store and kernel
/// can be found: a sentence for each, and what the kernel holds then.
@Suite(.networkNamespace) struct RecoveryTests {
    /// What a head says of the current generation or the intent.
    enum Named: String, CaseIterable {
        case none
        case rules
        case removal
    }

    enum Live: String, CaseIterable {
        case noTable = "no table"
        case noMarker = "no marker"
        case current = "marked 1"
        case intent = "marked 3"
        case another = "marked by another store"
        case both = "marked 1 and 3"
        case stranger = "marked 1, beside a marker of nobody's"
    }

    /// Generations 1 and 3 have rules, 2 and 4 are removals.
    private static let numbers: [Named: (current: Int, intent: Int)] = [
        .rules: (1, 3), .removal: (2, 4),
    ]

    let scratch: Scratch
    let machine = Lab().machine
    private let store: String
    private let tables: (first: String, third: String)
    private let head: String

    init() throws {
        scratch = try Scratch()
        let first = try scratch.policy(["a": (80, 8080)])
        _ = try scratch.redirctl("apply", first)
        let table = try machine.run("nft", "list", "table", "inet", "redirctl")
        _ = try scratch.redirctl("remove")
        _ = try scratch.redirctl("apply", scratch.policy(["b": (81, 8081)]))
        tables = (table, try machine.run("nft", "list", "table", "inet", "redirctl"))
        _ = try scratch.redirctl("remove")
        let names = try FileManager.default.contentsOfDirectory(
            atPath: "\(scratch.directory)/state"
        )
        store = "\(scratch.directory)/state/\(try #require(names.first))/redirctl"
        head = String(decoding: try TestFile.read("\(store)/head.json"), as: UTF8.self)
        try LabCommand.run(["cp", "-a", "\(scratch.directory)/state", "\(scratch.directory)/all"])
    }

    @Test func `every state has a sentence and an outcome`() throws {
        var rows: [String] = []
        for isNewBoot in [false, true] {
            for current in Named.allCases {
                for intent in Named.allCases {
                    for live in Live.allCases where !isNewBoot || live == .noTable {
                        try reset(live)
                        try write(current, intent, isNewBoot: isNewBoot)
                        let state =
                            "current \(current.rawValue), intent \(intent.rawValue), \(live.rawValue)"
                        rows.append(
                            try play(state + (isNewBoot ? ", after a restart" : ""))
                        )
                    }
                }
            }
        }
        let missing = head.replacing("\"current\":4", with: "\"current\":9")
        for (state, text) in [
            ("damaged", "{"), ("empty", ""), ("gone", nil), ("names a missing generation", missing),
        ] as [(String, String?)] {
            for live in Live.allCases {
                try reset(live)
                if let text {
                    try TestFile.write(Array(text.utf8), to: "\(store)/head.json")
                } else {
                    unlink("\(store)/head.json")
                }
                rows.append(try play("head \(state), \(live.rawValue)"))
            }
        }
        try Golden().check(rows.joined(separator: "\n"), against: "recovery.txt")
    }

    /// Puts back the generations, and what the kernel is to hold.
    private func reset(_ live: Live) throws {
        let (state, all) = ("\(scratch.directory)/state", "\(scratch.directory)/all")
        try LabCommand.run(["rm", "-rf", state])
        try LabCommand.run(["cp", "-a", all, state])
        try machine.run("nft", "flush", "ruleset")
        let marker = try #require(
            tables.third.split(separator: " ").first { $0.hasPrefix("gen_3") }
        )
        let own = try #require(tables.first.split(separator: " ").first { $0.hasPrefix("gen_1") })
        let foreign = own.dropLast(4) + "0000"
        switch live {
        case .noTable: break
        case .current: try load(tables.first)
        case .intent: try load(tables.third)
        case .another: try load(tables.first.replacing(own, with: foreign))
        case .noMarker:
            try load(tables.first)
            try load("delete chain inet redirctl \(own)")
        case .both:
            try load(tables.first)
            try load("add chain inet redirctl \(marker)")
        case .stranger:
            try load(tables.first)
            try load("add chain inet redirctl gen_77_0123456789abcdef")
        }
    }

    private func load(_ script: String) throws {
        try LabCommand.run(["nft", "-f", "-"], input: script)
    }

    private func write(_ current: Named, _ intent: Named, isNewBoot: Bool) throws {
        var head = try #require(
            try JSONSerialized(String(decoding: TestFile.read("\(store)/head.json"), as: UTF8.self))
        )
        let number = Self.numbers[current]?.current
        head["current"] = number.map { "\($0)" }
        head["confirmed"] = number.map { "\($0)" }
        head["intent"] = Self.numbers[intent].map { "\($0.intent)" }
        if isNewBoot {
            head["verified"] = head["verified"]?.replacing("\"boot\":\"", with: "\"boot\":\"0")
        }
        // The count of transactions that was last seen never comes again.
        try TestFile.write(Array(head.text.utf8), to: "\(store)/head.json")
    }

    /// Runs the command of the boot, and tells what came of it.
    private func play(_ state: String) throws -> String {
        let ending = try scratch.redirctl("apply", "--restore")
        let said = (ending.errors + ending.output)
            .replacing(scratch.directory, with: "DIR")
            .replacing(store.split(separator: "/").dropLast().last ?? "", with: "NS")
        let check = try scratch.redirctl("check").status
        let listing = try machine.run("nft", "list", "ruleset")
        let held = listing.split { " \n".contains($0) }.filter { $0.hasPrefix("gen_") }
        return """
            \(state)
                exit \(ending.status), check \(check), \(held.isEmpty ? "no marker" : held.joined(separator: " "))
            \(said.split(separator: "\n").map { "    | \($0)" }.joined(separator: "\n"))

            """
    }
}

/// The top level of a JSON object, with the texts of its values.
private struct JSONSerialized {
    private var members: [String: String] = [:]

    init?(_ text: String) throws {
        guard case .object(let object) = try JSON(text) else { return nil }
        members = object.mapValues(\.text)
    }

    subscript(key: String) -> String? {
        get { members[key] }
        set { members[key] = newValue }
    }

    var text: String {
        "{"
            + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
            .joined(separator: ",") + "}"
    }
}

extension JSON {
    fileprivate var text: String {
        switch self {
        case .null: "null"
        case .bool(let bool): "\(bool)"
        case .number(let number): "\(Int(number))"
        case .text(let text): "\"\(text)\""
        case .list(let list): "[" + list.map(\.text).joined(separator: ",") + "]"
        case .object(let object):
            "{"
                + object.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value.text)" }
                .joined(separator: ",") + "}"
        }
    }
}
