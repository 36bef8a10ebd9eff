import Diagnostics

/// One step through a YAML text.
struct YAMLEvent {
    /// What libyaml found.
    enum Kind {
        case streamStart
        case streamEnd
        case documentStart
        case documentEnd
        case alias(String)
        case scalar(String, isPlain: Bool)
        case listStart(isFlow: Bool)
        case listEnd
        case mappingStart(isFlow: Bool)
        case mappingEnd
    }

    let kind: Kind
    let span: SourceSpan

    /// The anchor and the tag in front of a value; the language has neither.
    let anchor: String?
    let tag: String?
}
