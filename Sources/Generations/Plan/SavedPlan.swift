import FoundationEssentials
public import GenerationModel
import Glibc
import RulesetModel
public import TrustedFiles

/// A plan in a file, to be applied exactly as it was reviewed.
///
/// It contains no rules: the policy is read again, and must compile to the same ruleset. So every rule
/// that reaches the kernel has passed the checks of a policy.
public struct SavedPlan: Sendable, Hashable, Codable {
    /// What the plan starts from.
    struct Base: Sendable, Hashable, Codable {
        /// The current generation; `nil` if there was none.
        let generation: Int?

        /// The SHA-256 of its manifest: another store's generation of that number has a different one.
        let manifest: String?

        /// The SHA-256 of the kernel's table without counts; `nil` if there was no table.
        let liveTable: String?
    }

    /// A text of the policy.
    struct Source: Sendable, Hashable, Codable {
        let name: String
        let digest: String
    }

    static let knownFormat = 1

    /// The version of this shape; also what a plan is recognised by.
    let redirctlPlan: Int

    /// The version of redirctl that made it.
    public let tool: String

    /// The table's name.
    public let table: String

    /// When it was made: seconds since 1970, UTC.
    public let time: Int

    /// Who made it.
    public let user: String

    /// The absolute path of the policy.
    public let policy: String

    let sources: [Source]
    let base: Base

    /// The SHA-256 of the ruleset that is to be live.
    let ruleset: String

    /// Makes the saved form of a plan to apply a policy.
    ///
    /// - Throws: If the plan was made without listing the table.
    public init(_ plan: Plan, for request: ChangeRequest) throws {
        guard case .listed(let snapshot) = plan.live else { throw StalePlan.liveTable(plan.table) }
        redirctlPlan = Self.knownFormat
        tool = request.author.tool
        table = plan.table
        time = Glibc.time(nil)
        user = request.author.user
        policy = request.policy ?? ""
        sources = Self.sources(of: request)
        base = try Base(snapshot)
        ruleset = plan.wanted.digest
    }

    private static func sources(of request: ChangeRequest) -> [Source] {
        request.sources.map {
            Source(name: $0.name, digest: Digest.hexadecimal(of: Array($0.text.utf8)))
        }
    }
}

// MARK: - Files

extension SavedPlan {
    /// The most bytes that are read of a plan: four times what one has that adds 100,000 redirects.
    static let longest = 256 << 20

    /// Whether a file has the shape of a plan, of whatever version.
    public static func isPlan(_ file: borrowing CheckedFile) throws -> Bool {
        try shape(of: file) != nil
    }

    /// The format and the bytes of a file that is a plan.
    private static func shape(
        of file: borrowing CheckedFile
    ) throws -> (format: Int, bytes: [UInt8])? {
        struct Shape: Decodable { let redirctlPlan: Int }
        guard file.begins(with: "{"), let bytes = try file.contents(upTo: longest),
            let shape = try? JSONDecoder().decode(Shape.self, from: Data(bytes))
        else { return nil }
        return (shape.redirctlPlan, bytes)
    }

    /// Reads the plan in a file; `nil` if the file is something else, such as a policy.
    ///
    /// - Throws: ``StalePlan/format(_:)`` for a plan that only another version of redirctl knows.
    public static func read(_ file: borrowing CheckedFile) throws -> SavedPlan? {
        try read(file, as: SavedPlan.self)
    }

    /// Reads the plan in a file with more of what it contains; `nil` if the file is something else.
    public static func read<Contents: Decodable>(
        _ file: borrowing CheckedFile,
        as type: Contents.Type
    ) throws -> Contents? {
        guard let (format, bytes) = try shape(of: file) else { return nil }
        guard format == knownFormat else { throw StalePlan.format(format) }
        // A user who can write the plan can choose among the policies of this machine.
        if let danger = file.dangers.first { throw StalePlan.unsafe(path: file.name, danger) }
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw StalePlan.damaged(path: file.name)
        }
    }
}

// MARK: - What it is bound to

/// Why a saved plan is not applied.
public enum StalePlan: Error, Sendable, Hashable {
    /// The file has a shape that this version does not know.
    case format(Int)
    /// The file is not what was once written to it.
    case damaged(path: String)
    /// Other users could have written the file.
    case unsafe(path: String, FileDanger)
    /// Another version of redirctl made it.
    case tool(made: String, here: String)
    /// It is about another table.
    case table(planned: String, policy: String)
    /// A text of the policy is another one now.
    case source(name: String)
    /// The texts are the same, but not what they come to: a name stands for another id, say.
    case ruleset
    /// Another generation is current now.
    case generation(planned: Int?, current: Int?)
    /// The generation has the number, but it is not the one: this is another store.
    case lineage(Int)
    /// The kernel's table has changed since the plan was made.
    case liveTable(String)
}

extension SavedPlan {
    /// Refuses a policy that is not the one that was planned.
    func check(_ ruleset: Ruleset, for request: ChangeRequest, in store: Store) throws {
        guard tool == request.author.tool else {
            throw StalePlan.tool(made: tool, here: request.author.tool)
        }
        guard table == ruleset.table else {
            throw StalePlan.table(planned: table, policy: ruleset.table)
        }
        let found = Self.sources(of: request)
        for (planned, found) in zip(sources, found) where planned.digest != found.digest {
            throw StalePlan.source(name: planned.name)
        }
        guard sources.count == found.count else {
            let (more, fewer) = sources.count < found.count ? (found, sources) : (sources, found)
            throw StalePlan.source(name: more[fewer.count].name)
        }
        guard try store.digest(of: ruleset) == self.ruleset else { throw StalePlan.ruleset }
    }

    /// Refuses a machine that is not as it was when the plan was made.
    func check(_ snapshot: Snapshot) throws {
        let now = try Base(snapshot)
        guard now.generation == base.generation else {
            throw StalePlan.generation(planned: base.generation, current: now.generation)
        }
        if let generation = now.generation, now.manifest != base.manifest {
            throw StalePlan.lineage(generation)
        }
        guard now.liveTable == base.liveTable else { throw StalePlan.liveTable(table) }
    }
}

extension SavedPlan.Base {
    fileprivate init(_ snapshot: Snapshot) throws {
        let manifest = snapshot.current?.manifest
        generation = manifest?.number
        self.manifest = try manifest.map {
            Digest.hexadecimal(of: try StoredJSON.encode($0, path: "manifest"))
        }
        liveTable = snapshot.table.map { Digest.hexadecimal(of: Array($0.contentText.utf8)) }
    }
}

extension LiveTable {
    /// The table's content without counts, handles and the order of elements: the kernel changes those
    /// by itself.
    fileprivate var contentText: String {
        var lines = ["table \(name) \(isDormant) \(isOwned)"]
        for chain in chains.sorted(by: { $0.name < $1.name }) {
            lines.append("chain \(chain.name) \(chain.attachment)")
            lines += chain.rules.map(\.text)
        }
        lines += counters.map { "counter \($0.name)" }.sorted()
        for map in maps.map(\.content).sorted(by: { $0.name < $1.name }) {
            lines.append("map \(map.name) \(map.type.text)")
            lines += map.elements.map { map.type.text(of: $0) }
        }
        lines += others.map { "\($0.kind) \($0.name) \($0.handle ?? 0)" }.sorted()
        return lines.joined(separator: "\n")
    }
}
