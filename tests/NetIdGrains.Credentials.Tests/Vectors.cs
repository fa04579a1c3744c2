using System.Text.Json;

namespace NetIdGrains.Credentials.Tests;

internal static class Vectors
{
    public static JsonElement Read(string file) =>
        JsonElement.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", file)));

    public static string Get(this JsonElement json, string name) => json.GetProperty(name).GetString()!;

    public static byte[] Hex(this JsonElement json, string name) => Convert.FromHexString(json.Get(name));
}
