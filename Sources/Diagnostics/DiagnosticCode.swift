/// The kinds of finding; the one central list.
///
/// A code is part of the interface: scripts match on it, so it is never renamed or reused.
public enum DiagnosticCode: String, Sendable, Hashable, CaseIterable {
    // The run
    case tooManyFindings = "too-many-findings"

    // The file
    case fileTooLarge = "file-too-large"
    case invalidEncoding = "invalid-encoding"
    case invalidCharacter = "invalid-character"
    case unsafePermissions = "unsafe-permissions"
    case unreadableFile = "unreadable-file"
    case invalidPath = "invalid-path"
    case includeCycle = "include-cycle"
    case duplicateInclude = "duplicate-include"
    case includeTooDeep = "include-too-deep"
    case settingsInInclude = "settings-in-include"

    // YAML
    case yamlSyntax = "yaml-syntax"
    case yamlAnchor = "yaml-anchor"
    case yamlAlias = "yaml-alias"
    case yamlTag = "yaml-tag"
    case multipleDocuments = "multiple-documents"
    case nestingTooDeep = "nesting-too-deep"
    case emptyDocument = "empty-document"
    case notAPolicy = "not-a-policy"

    // Structure
    case wrongKind = "wrong-kind"
    case unknownKey = "unknown-key"
    case duplicateKey = "duplicate-key"
    case missingKey = "missing-key"
    case emptyList = "empty-list"
    case emptyMapping = "empty-mapping"

    // Values
    case unsupportedVersion = "unsupported-version"
    case invalidTableName = "invalid-table-name"
    case invalidPriority = "invalid-priority"
    case invalidLabels = "invalid-labels"
    case invalidMaxElements = "invalid-max-elements"
    case invalidBoolean = "invalid-boolean"
    case invalidName = "invalid-name"
    case duplicateName = "duplicate-name"
    case invalidText = "invalid-text"
    case unknownWord = "unknown-word"
    case duplicateValue = "duplicate-value"
    case invalidAddress = "invalid-address"
    case hostnameAsAddress = "hostname-as-address"
    case hostBitsSet = "host-bits-set"
    case invalidPort = "invalid-port"
    case portOutOfRange = "port-out-of-range"
    case rangeUpsideDown = "range-upside-down"
    case mixedFamilies = "mixed-families"
    case localAsSource = "local-as-source"
    case invalidInterface = "invalid-interface"
    case invalidID = "invalid-id"
    case unknownUser = "unknown-user"
    case unknownGroup = "unknown-group"
    case invalidMark = "invalid-mark"
    case invalidCodePoint = "invalid-dscp"
    case invalidCgroup = "invalid-cgroup"
    case missingCgroup = "missing-cgroup"
    case invalidWeight = "invalid-weight"
    case invalidLogPrefix = "invalid-log-prefix"
    case invalidLogGroup = "invalid-log-group"
    case invalidLogRate = "invalid-log-rate"
    case invalidConnection = "invalid-connection"
    case invalidOutcome = "invalid-outcome"
    case invalidTarget = "invalid-target"

    // Names
    case unknownName = "unknown-name"
    case nameOfOtherKind = "name-of-other-kind"
    case nestedList = "nested-list"
    case unusedDefinition = "unused-definition"

    // Meaning
    case ambiguousConnection = "ambiguous-connection"
    case ambiguousTarget = "ambiguous-target"
    case incompleteTarget = "incomplete-target"
    case protocolRequired = "protocol-required"
    case familyConflict = "family-conflict"
    case unreachableTarget = "unreachable-target"
    case loopbackLost = "loopback-lost"
    case userOnInbound = "user-on-inbound"
    case shiftSizesDiffer = "shift-sizes-differ"
    case shiftWithList = "shift-with-list"
    case shiftWithoutPorts = "shift-without-ports"
    case prefixLengthsDiffer = "prefix-lengths-differ"
    case prefixWithList = "prefix-with-list"
    case prefixWithoutAddress = "prefix-without-address"
    case prefixWithPort = "prefix-with-port"
    case targetNeverUsed = "target-never-used"
    case masqueradeWithoutEffect = "masquerade-without-effect"
    case tooManySources = "too-many-sources"
    case tooManyElements = "too-many-elements"
    case ambiguousLog = "ambiguous-log"
    case exceptionNeverApplies = "exception-never-applies"
    case protectedConnection = "protected-connection"

    // Tests
    case failedTest = "failed-test"

    // Analysis
    case neverMatches = "never-matches"
    case duplicateRedirect = "duplicate-redirect"
    case partialOverlap = "partial-overlap"
    case targetUnchanged = "target-unchanged"
    case chainedRedirect = "chained-redirect"
    case redirectLoop = "redirect-loop"
    case transitTraffic = "transit-traffic"
    case unusedAllow = "unused-allow"
    case analysisIncomplete = "analysis-incomplete"

    /// The kinds of finding about what a redirect means, which its `allow` can accept.
    public static let ofAnalysis: [DiagnosticCode] = [
        .neverMatches, .duplicateRedirect, .partialOverlap, .targetUnchanged, .chainedRedirect,
        .redirectLoop, .transitTraffic,
    ]
}
