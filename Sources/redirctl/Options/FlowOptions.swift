import ArgumentParser

/// What happens to live flows that a change leaves on their old way.
struct FlowOptions: ParsableArguments {
    @Flag(help: "Move live flows that would keep their old target or source.")
    var flushFlows = false
}
