import Diagnostics

/// One step through a YAML text.
struct YAMLEvent {
    /// What libyaml found.
    enum Kind {
        case streamStart
        case streamEnd
        case documentStart
        case documentEnd
        case alias
        case scalar(String, isPlain: Bool)
        case listStart(isFlow: Bool)
        case listEnd
        case mappingStart(isFlow: Bool)
        case mappingEnd
    }

    let kind: Kind
    let span: SourceSpan

    /// Whether an anchor or a tag stands in front of the value; the language has neither.
    let hasAnchor: Bool
    let hasTag: Bool
}
