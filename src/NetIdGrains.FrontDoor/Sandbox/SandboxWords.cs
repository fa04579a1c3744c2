namespace NetIdGrains.FrontDoor;

/// <summary>What a developer needs to know to go on.</summary>
internal static class SandboxWords
{
    /// <param name="address">Where it listens.</param>
    /// <param name="kept">The data directory that was named; null for a scratch one.</param>
    /// <param name="options">What it was started with.</param>
    /// <param name="personas">Who is there.</param>
    public static void Say(string address, string? kept, SandboxOptions options, Personas personas)
    {
        Console.WriteLine($"This is a sandbox: constructed persons, and an authority's keys made just now. {Kept(kept)}");
        Console.WriteLine($"Platform  {SandboxPlatform.Id}, with the services login (all modes, age_band and minor) and kyc (name, document and birth date)");
        Console.WriteLine($"Keys      {options.KeyFile.FullName}");
        Console.WriteLine($"Redirect  {options.Redirect}");
        Console.WriteLine($"Callback  {options.Callback}");
        foreach (var persona in personas.All)
            Console.WriteLine($"Persona   {persona.Name}: {persona.About}");
        Console.WriteLine();
        Console.WriteLine("Try, and then go on with \"Five minutes\" in docs/platforms.md:");
        Console.WriteLine($"  curl {address}/sandbox/personas");
        Console.WriteLine($"  curl {address}/v1/platforms/{SandboxPlatform.Id}");
        Console.WriteLine($"The authority is ready on {address}");
    }

    internal static string Kept(string? kept) => kept is null
        ? "When it stops, nothing is kept but the key file."
        : $"When it stops, its data stay in {Path.GetFullPath(kept)}; the personas' wallets do not.";
}
