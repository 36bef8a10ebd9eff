public import Diagnostics
public import PolicyModel

public struct LoadedPolicy: Sendable {
    public let policy: Policy
    public let sources: SourceMap
    public let warnings: [Diagnostic]
}
public struct PolicyRejected: Error, Sendable {
    public let findings: [Diagnostic]
    public let sources: SourceMap
}
public enum PolicyFileError: Error {
    case x
    public var description: String { "" }
}
public struct PolicyReader {
    public init(allowsUnsafePermissions: Bool) {}
    public func read(path: String) throws -> LoadedPolicy { throw PolicyFileError.x }
}
