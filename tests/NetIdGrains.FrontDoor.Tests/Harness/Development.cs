using System.Runtime.CompilerServices;

namespace NetIdGrains.FrontDoorTests;

/// <summary>Every host that a test builds in this process is one of development, whichever test comes first.</summary>
internal static class Development
{
    [ModuleInitializer]
    internal static void Choose() => Environment.SetEnvironmentVariable("ASPNETCORE_ENVIRONMENT", "Development");
}
